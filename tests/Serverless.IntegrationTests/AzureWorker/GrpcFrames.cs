using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Serverless.IntegrationTests.AzureWorker;

/// <summary>Messages in the body of a gRPC call (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).</summary>
internal static class GrpcFrames
{
    // A byte that says whether it is compressed, and the length.
    private const int HeaderBytes = 5;

    public static async IAsyncEnumerable<byte[]> ReadAsync(
        PipeReader body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var header = await body.ReadAtLeastAsync(HeaderBytes, cancellationToken);
            if (header.Buffer.Length < HeaderBytes) yield break;
            var bytes = new byte[HeaderBytes];
            System.Buffers.BuffersExtensions.CopyTo(header.Buffer.Slice(0, HeaderBytes), bytes);
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1));
            body.AdvanceTo(header.Buffer.GetPosition(HeaderBytes));

            var content = await body.ReadAtLeastAsync(length, cancellationToken);
            if (content.Buffer.Length < length) yield break;
            var message = new byte[length];
            System.Buffers.BuffersExtensions.CopyTo(content.Buffer.Slice(0, length), message);
            body.AdvanceTo(content.Buffer.GetPosition(length));
            yield return message;
        }
    }

    public static async Task WriteAsync(PipeWriter body, byte[] message, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(1), (uint)message.Length);
        await body.WriteAsync(header, cancellationToken);
        await body.WriteAsync(message, cancellationToken);
        await body.FlushAsync(cancellationToken);
    }
}
