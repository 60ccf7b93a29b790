using Serverless.Csv.Output;

namespace Serverless.Csv.Cleaning;

/// <summary>Takes a column's values, and writes what stands for them.</summary>
internal sealed class MaskWriter(MaskText mask) : IRecordWriter
{
    /// <summary>The writer that it goes to.</summary>
    public IRecordWriter Target { get; set; } = DiscardingWriter.Instance;

    public int Buffered => 0;

    public ReadOnlyMemory<byte> Pending => default;

    public void Begin()
    {
    }

    public void WriteMissing() => Target.WriteMissing();

    public void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => Write(utf8);

    public void WriteInteger(ReadOnlySpan<byte> digits) => Write(digits);

    public void WriteNumber(ReadOnlySpan<byte> digits) => Write(digits);

    public void WriteBoolean(bool value) => Write(value ? "true"u8 : "false"u8);

    public void WriteDate(ReadOnlySpan<byte> iso) => Write(iso);

    public void WriteTime(ReadOnlySpan<byte> iso) => Write(iso);

    public void WriteDateTime(ReadOnlySpan<byte> iso) => Write(iso);

    public void WriteYear(ReadOnlySpan<byte> iso) => Write(iso);

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

    private void Write(ReadOnlySpan<byte> value)
    {
        if (Target != DiscardingWriter.Instance) Target.WriteText(mask.Of(value), formulaSafe: false);
    }
}
