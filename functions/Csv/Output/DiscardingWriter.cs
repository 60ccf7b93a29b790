namespace Serverless.Csv.Output;

/// <summary>Takes what follows a record's first fault: the other columns are still checked, but nothing of them is wanted.</summary>
internal sealed class DiscardingWriter : RecordWriter
{
    public static DiscardingWriter Instance { get; } = new();

    public override int Buffered => 0;

    public override ReadOnlyMemory<byte> Pending => default;

    public override void Begin()
    {
    }

    public override void WriteMissing()
    {
    }

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe)
    {
    }

    public override void WriteInteger(ReadOnlySpan<byte> digits)
    {
    }

    public override void WriteNumber(ReadOnlySpan<byte> digits)
    {
    }

    public override void WriteBoolean(bool value)
    {
    }

    public override void WriteDate(ReadOnlySpan<byte> iso)
    {
    }

    public override void WriteTime(ReadOnlySpan<byte> iso)
    {
    }

    public override void WriteDateTime(ReadOnlySpan<byte> iso)
    {
    }

    public override void WriteYear(ReadOnlySpan<byte> iso)
    {
    }

    public override void Commit()
    {
    }

    public override void Rollback()
    {
    }

    public override ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override void Clear()
    {
    }

    public override ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
