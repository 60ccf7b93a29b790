using Serverless.Csv.Output;

namespace Serverless.Csv.Cleaning;

/// <summary>Takes a column's values, and writes what stands for them.</summary>
internal sealed class MaskWriter(MaskText mask) : RecordWriter
{
    /// <summary>The writer that it goes to.</summary>
    public RecordWriter Target { get; set; } = DiscardingWriter.Instance;

    public override int Buffered => 0;

    public override ReadOnlyMemory<byte> Pending => default;

    public override void Begin()
    {
    }

    public override void WriteMissing() => Target.WriteMissing();

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => Write(utf8);

    public override void WriteInteger(ReadOnlySpan<byte> digits) => Write(digits);

    public override void WriteNumber(ReadOnlySpan<byte> digits) => Write(digits);

    public override void WriteBoolean(bool value) => Write(value ? "true"u8 : "false"u8);

    public override void WriteDate(ReadOnlySpan<byte> iso) => Write(iso);

    public override void WriteTime(ReadOnlySpan<byte> iso) => Write(iso);

    public override void WriteDateTime(ReadOnlySpan<byte> iso) => Write(iso);

    public override void WriteYear(ReadOnlySpan<byte> iso) => Write(iso);

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

    private void Write(ReadOnlySpan<byte> value)
    {
        if (Target != DiscardingWriter.Instance) Target.WriteText(mask.Of(value), formulaSafe: false);
    }
}
