using Serverless.Storage;

namespace Serverless.CsvJobs.Blobs;

/// <summary>Lets what writes to streams write to staged blocks.</summary>
internal sealed class StagingStream(BlockStager stager) : ForwardStream
{
    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        stager.Write(buffer.Span);
        return stager.IsFull ? stager.SendFullAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
