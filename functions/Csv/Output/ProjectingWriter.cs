using Serverless.Csv.Schema;

namespace Serverless.Csv.Output;

/// <summary>Leaves out the columns that are dropped.</summary>
/// <param name="schema">All columns.</param>
/// <param name="target">Takes the others.</param>
internal sealed class ProjectingWriter(TableSchema schema, IRecordWriter target) : IRecordWriter
{
    private readonly bool[] _dropped = [.. schema.Fields.Select(f => f.IsDropped)];
    private int _column;

    public int Buffered => target.Buffered;

    public ReadOnlyMemory<byte> Pending => target.Pending;

    // The column that comes next goes to nobody, or to the target.
    private IRecordWriter Next => _dropped[_column++] ? DiscardingWriter.Instance : target;

    public void Begin()
    {
        _column = 0;
        target.Begin();
    }

    public void WriteMissing() => Next.WriteMissing();

    public void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => Next.WriteText(utf8, formulaSafe);

    public void WriteInteger(ReadOnlySpan<byte> digits) => Next.WriteInteger(digits);

    public void WriteNumber(ReadOnlySpan<byte> digits) => Next.WriteNumber(digits);

    public void WriteBoolean(bool value) => Next.WriteBoolean(value);

    public void WriteDate(ReadOnlySpan<byte> iso) => Next.WriteDate(iso);

    public void WriteTime(ReadOnlySpan<byte> iso) => Next.WriteTime(iso);

    public void WriteDateTime(ReadOnlySpan<byte> iso) => Next.WriteDateTime(iso);

    public void WriteYear(ReadOnlySpan<byte> iso) => Next.WriteYear(iso);

    public void Commit() => target.Commit();

    public void Rollback() => target.Rollback();

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => target.FlushAsync(cancellationToken);

    public void Clear() => target.Clear();

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => target.CompleteAsync(cancellationToken);

    public ValueTask DisposeAsync() => target.DisposeAsync();
}
