using System.Net;
using System.Net.Sockets;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Sasl;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

/// <summary>Clients that come, wait, and come back.</summary>
public sealed class ConnectionTests() : ServiceBusTest(new QueueDefinition("work") { LockDuration = ServiceBusFixture.Lock })
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("MSSBCBS")]
    [InlineData("ANONYMOUS")]
    [InlineData("PLAIN")]
    [InlineData("none")]
    public async Task Connect_AnySaslMechanism_MaySend(string mechanism)
    {
        SaslHandler? sasl = mechanism switch
        {
            "PLAIN" => new SaslPlainHandler { AuthenticationIdentity = "RootManageSharedAccessKey", Password = "any" },
            "none" => null,
            _ => new SaslAnonymousHandler(mechanism),
        };
        var connection = await ConnectAsync(sasl);

        var outcome = await (await SenderAsync(connection)).SendMessageAsync(
            AmqpMessage.Create(new Data { Value = new ArraySegment<byte>("a"u8.ToArray()) }), Tag, AmqpConstants.NullBinary, Patience);

        Assert.IsType<Accepted>(outcome);
        await connection.CloseAsync(Patience);
        Assert.Equal("a", (await Fixture.ReceiveOneAsync("work")).Body.ToString());
    }

    [Fact]
    public async Task Connect_UnknownSaslMechanism_IsRefused() =>
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(new SaslAnonymousHandler("GSSAPI")));

    [Fact]
    public async Task Drain_NothingWaits_TheCreditIsGone()
    {
        var connection = await ConnectAsync(sasl: null);
        var session = connection.CreateSession(new AmqpSessionSettings());
        await session.OpenAsync(Patience);
        var link = new ReceivingAmqpLink(session, new AmqpLinkSettings
        {
            LinkName = "draining",
            Role = true,
            Source = new Source { Address = "work" },
            Target = new Target { Address = "here" },
            TotalLinkCredit = 0,
            AutoSendFlow = false,
        });
        var came = 0;
        link.RegisterMessageListener(_ => came++);
        await link.OpenAsync(Patience);
        link.IssueCredit(10, drain: false, AmqpConstants.NullBinary);

        link.IssueCredit(10, drain: true, AmqpConstants.NullBinary);

        var start = TimeProvider.System.GetTimestamp();
        while (link.LinkCredit > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "The broker did not answer.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        await Fixture.SendAsync("work", "a");
        // Another receiver gets it at once, and first: nobody else has credit.
        Assert.Equal(1, (await Fixture.ReceiveOneAsync("work")).DeliveryCount);
        Assert.Equal(0, came);
        await connection.CloseAsync(Patience);
    }

    [Fact]
    public async Task Stop_ProcessorThatWaits_TakesNothingMore()
    {
        await using var processor = Fixture.Client.CreateProcessor("work", new ServiceBusProcessorOptions { MaxConcurrentCalls = 4 });
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        processor.ProcessMessageAsync += _ =>
        {
            ran.TrySetResult();
            return Task.CompletedTask;
        };
        processor.ProcessErrorAsync += _ => Task.CompletedTask;
        await processor.StartProcessingAsync();
        await Fixture.SendAsync("work", "a");
        await ran.Task.WaitAsync(Patience);

        await processor.StopProcessingAsync();
        await Fixture.SendAsync("work", "b");

        var message = await Fixture.ReceiveOneAsync("work");
        Assert.Equal(("b", 1), (message.Body.ToString(), message.DeliveryCount));
    }

    [Fact]
    public async Task Restart_OfTheBroker_SendersAndReceiversGoOn()
    {
        await using var client = Patient();
        await using var sender = client.CreateSender("work");
        await using var receiver = client.CreateReceiver("work");
        await sender.SendMessageAsync(new ServiceBusMessage("before"));
        await receiver.CompleteMessageAsync(await receiver.ReceiveMessageAsync(Patience));

        await Fixture.ReopenAsync(samePorts: true);

        await sender.SendMessageAsync(new ServiceBusMessage("after"));
        var message = await receiver.ReceiveMessageAsync(Patience);
        Assert.Equal("after", message.Body.ToString());
        await receiver.CompleteMessageAsync(message);
    }

    [Fact]
    public async Task Link_ClosedByTheBroker_IsOpenedAgainWhenTheQueueGivesMessages()
    {
        await using var client = Patient();
        await using var receiver = client.CreateReceiver("work");
        await Fixture.SendAsync("work", "first", "second");
        await receiver.CompleteMessageAsync(await receiver.ReceiveMessageAsync(Patience));

        await SetAsync(EntityStatus.ReceiveDisabled);
        await SetAsync(EntityStatus.Active);

        Assert.Equal("second", (await receiver.ReceiveMessageAsync(Patience)).Body.ToString());
    }

    [Fact]
    public async Task Idle_SilentConnection_IsToldToClose()
    {
        using var folder = new Folder();
        await using var bus = await StartAsync(folder, TimeSpan.FromSeconds(1));
        using var socket = await OpenAsync(bus.Port, idleTimeout: null);

        await ReadUntilAsync(socket, [0x00, 0x53, 0x18]);
    }

    [Fact]
    public async Task Idle_ClientThatNamesATimeout_HearsFromTheBrokerInTime()
    {
        using var folder = new Folder();
        await using var bus = await StartAsync(folder, TimeSpan.FromMinutes(4));
        using var socket = await OpenAsync(bus.Port, idleTimeout: 5_000);

        // A frame without content, which says no more than that the other side lives.
        await ReadUntilAsync(socket, [0, 0, 0, 8, 2, 0, 0, 0]);
    }

    private static ArraySegment<byte> Tag => new([1]);

    private static async Task ReadUntilAsync(Socket socket, byte[] expected)
    {
        using var limit = new CancellationTokenSource(Patience);
        var seen = new List<byte>();
        var buffer = new byte[1024];
        while (seen.ToArray().AsSpan().IndexOf(expected) < 0)
        {
            var length = await socket.ReceiveAsync(buffer, limit.Token);
            Assert.NotEqual(0, length);
            seen.AddRange(buffer[..length]);
        }
    }

    private Task<AmqpConnection> ConnectAsync(SaslHandler? sasl)
    {
        var address = new Uri($"amqp://localhost:{Fixture.Bus.Port}");
        return sasl is null
            ? new AmqpConnectionFactory().OpenConnectionAsync(address, Patience)
            : new AmqpConnectionFactory().OpenConnectionAsync(address, sasl, Patience);
    }

    private static async Task<SendingAmqpLink> SenderAsync(AmqpConnection connection)
    {
        var session = connection.CreateSession(new AmqpSessionSettings());
        await session.OpenAsync(Patience);
        var link = new SendingAmqpLink(session, new AmqpLinkSettings
        {
            LinkName = "sending",
            Role = false,
            Target = new Target { Address = "work" },
            Source = new Source { Address = "here" },
            InitialDeliveryCount = 0,
        });
        await link.OpenAsync(Patience);
        return link;
    }

    private ServiceBusClient Patient() => new(
        Fixture.Bus.ConnectionString,
        new ServiceBusClientOptions { RetryOptions = { MaxRetries = 20, Delay = TimeSpan.FromMilliseconds(100), TryTimeout = Patience } });

    private async Task SetAsync(EntityStatus status)
    {
        var queue = (await Fixture.Administration.GetQueueAsync("work")).Value;
        queue.Status = status;
        await Fixture.Administration.UpdateQueueAsync(queue);
    }

    private static Task<LocalServiceBus> StartAsync(Folder folder, TimeSpan idleTimeout) => LocalServiceBus.StartAsync(
        new LocalServiceBusOptions
        {
            Path = Path.Combine(folder.Path, "bus.db"),
            Queues = [],
            Port = 0,
            AdministrationPort = 0,
            IdleTimeout = idleTimeout,
        },
        TimeProvider.System,
        NullLoggerFactory.Instance);

    // A client that begins well, and then says nothing more.
    private static async Task<Socket> OpenAsync(int port, uint? idleTimeout)
    {
        byte[] timeout = idleTimeout is { } milliseconds
            ? [0x70, (byte)(milliseconds >> 24), (byte)(milliseconds >> 16), (byte)(milliseconds >> 8), (byte)milliseconds] : [0x40];
        byte[] fields = [0xA1, 1, (byte)'c', 0x40, 0x40, 0x40, .. timeout];
        byte[] open = [2, 0, 0, 0, 0x00, 0x53, 0x10, 0xC0, (byte)(fields.Length + 1), 5, .. fields];
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync((byte[])[.. "AMQP\0\u0001\0\0"u8, 0, 0, 0, (byte)(open.Length + 4), .. open]);
        return socket;
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("service-bus-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
