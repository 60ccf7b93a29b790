using System.Net;
using System.Net.Sockets;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;
using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

/// <summary>Whatever a client sends: the others do not notice.</summary>
public sealed class HostileClientTests() : ServiceBusTest(new QueueDefinition("work"))
{
    public static TheoryData<byte[]> Beginnings => new()
    {
        "GET / HTTP/1.1\r\n\r\n"u8.ToArray(),
        "AMQP\0\u0009\0\0"u8.ToArray(),
        "AMQP\0\u0001\0\0\0\0\0\u0008\u0002\0\0\0"u8.ToArray(),
        (byte[])[.. "AMQP\0\u0001\0\0"u8, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 0, 0x53, 0x10],
        (byte[])[.. "AMQP\u0003\u0001\0\0"u8, 0, 0, 0, 20, 2, 1, 0, 0, 0x00, 0x53, 0x41, 0xC0, 0xFF, 0xFF, 0xA3, 0xFF, 0, 0, 0, 0],
        new byte[4096],
    };

    [Theory]
    [MemberData(nameof(Beginnings))]
    public async Task Bytes_ThatAreNoAmqp_HurtNobody(byte[] bytes)
    {
        for (var i = 0; i < 3; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, Fixture.Bus.Port);
            await socket.SendAsync(bytes);
            if (i > 0)
                await socket.ReceiveAsync(new byte[256]).WaitAsync(TimeSpan.FromMilliseconds(200))
                    .ContinueWith(_ => { }, TaskScheduler.Default);
        }

        await AssertAliveAsync();
    }

    [Fact]
    public async Task RandomBytes_AfterAGoodStart_HurtNobody()
    {
        var random = new Random(7);
        for (var i = 0; i < 30; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, Fixture.Bus.Port);
            var frame = new byte[random.Next(9, 200)];
            random.NextBytes(frame);
            new byte[] { 0, 0, 0, (byte)frame.Length, 2, 0, 0, 0, 0, 0x53, (byte)random.Next(0x10, 0x19) }.AsSpan(
                0, Math.Min(11, frame.Length)).CopyTo(frame);
            await socket.SendAsync("AMQP\0\u0001\0\0"u8.ToArray());
            await socket.SendAsync(frame);
        }

        await AssertAliveAsync();
    }

    public static TheoryData<byte[]> Messages => new()
    {
        new byte[] { 0x00 },
        new byte[] { 0x01, 0x02, 0x03 },
        new byte[] { 0x00, 0x53, 0x99, 0x40 },
        new byte[] { 0x00, 0x53, 0x73, 0xC0, 0xFF, 0x10, 0xA1 },
        new byte[] { 0x00, 0x53, 0x73, 0xD0, 0xFF, 0xFF, 0xFF, 0xFF },
        new byte[] { 0x00, 0x53, 0x75, 0xA0, 0x01, 0x61, 0x00, 0x53, 0x73, 0x45 },
        new byte[] { 0x00, 0x53, 0x72, 0xC1, 0x03, 0x04, 0xA3, 0x01 },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task Message_Malformed_IsRejectedAndTheLinkLivesOn(byte[] bytes)
    {
        var factory = new AmqpConnectionFactory();
        var connection = await factory.OpenConnectionAsync(new Uri($"amqp://localhost:{Fixture.Bus.Port}"), TimeSpan.FromMinutes(1));
        var session = connection.CreateSession(new AmqpSessionSettings());
        await session.OpenAsync(TimeSpan.FromMinutes(1));
        var link = new SendingAmqpLink(session, new AmqpLinkSettings
        {
            LinkName = "raw",
            Role = false,
            Target = new Target { Address = "work" },
            Source = new Source { Address = "here" },
            InitialDeliveryCount = 0,
        });
        await link.OpenAsync(TimeSpan.FromMinutes(1));

        var outcome = await link.SendMessageAsync(Raw(bytes), Tag(1), AmqpConstants.NullBinary, TimeSpan.FromMinutes(1));
        var good = await link.SendMessageAsync(
            AmqpMessage.Create(new AmqpValue { Value = "good" }), Tag(2), AmqpConstants.NullBinary, TimeSpan.FromMinutes(1));

        Assert.Equal(AmqpErrorCode.DecodeError, Assert.IsType<Rejected>(outcome).Error.Condition);
        Assert.IsType<Accepted>(good);
        await connection.CloseAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((1, 0, 0), await Fixture.CountAsync("work"));
    }

    private static AmqpMessage Raw(byte[] bytes) =>
        AmqpMessage.CreateAmqpStreamMessage(new BufferListStream([new ArraySegment<byte>(bytes)]), true);

    private static ArraySegment<byte> Tag(byte number) => new([number]);

    private async Task AssertAliveAsync()
    {
        await Fixture.SendAsync("work", "a");
        await Fixture.Receiver("work").CompleteMessageAsync(await Fixture.ReceiveOneAsync("work"));
    }
}
