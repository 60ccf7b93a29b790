namespace Serverless.Csv.Output;

/// <summary>Takes what follows a record's first fault: the other columns are still checked, but nothing of them is wanted.</summary>
internal sealed class DiscardingWriter : IRecordWriter
{
    public static DiscardingWriter Instance { get; } = new();

    public int Buffered => 0;

    public ReadOnlyMemory<byte> Pending => default;

    public void Begin()
    {
    }

    public void WriteMissing()
    {
    }

    public void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe)
    {
    }

    public void WriteInteger(ReadOnlySpan<byte> digits)
    {
    }

    public void WriteNumber(ReadOnlySpan<byte> digits)
    {
    }

    public void WriteBoolean(bool value)
    {
    }

    public void WriteDate(ReadOnlySpan<byte> iso)
    {
    }

    public void WriteTime(ReadOnlySpan<byte> iso)
    {
    }

    public void WriteDateTime(ReadOnlySpan<byte> iso)
    {
    }

    public void WriteYear(ReadOnlySpan<byte> iso)
    {
    }

    public void Commit()
    {
    }

    public void Rollback()
    {
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public void Clear()
    {
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
