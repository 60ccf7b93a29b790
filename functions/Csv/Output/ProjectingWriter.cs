using Serverless.Csv.Schema;

namespace Serverless.Csv.Output;

/// <summary>Leaves out the columns that are dropped.</summary>
/// <param name="schema">All columns.</param>
/// <param name="target">Takes the others.</param>
internal sealed class ProjectingWriter(TableSchema schema, RecordWriter target) : RecordWriter
{
    private readonly bool[] _dropped = [.. schema.Fields.Select(f => f.IsDropped)];
    private int _column;

    public override int Buffered => target.Buffered;

    public override ReadOnlyMemory<byte> Pending => target.Pending;

    public override IReadOnlyList<ReadOnlyMemory<byte>> PendingPieces => target.PendingPieces;

    // The column that comes next goes to nobody, or to the target.
    private RecordWriter Next => _dropped[_column++] ? DiscardingWriter.Instance : target;

    public override void Begin()
    {
        _column = 0;
        target.Begin();
    }

    public override void WriteMissing() => Next.WriteMissing();

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => Next.WriteText(utf8, formulaSafe);

    public override void WriteInteger(ReadOnlySpan<byte> digits) => Next.WriteInteger(digits);

    public override void WriteNumber(ReadOnlySpan<byte> digits) => Next.WriteNumber(digits);

    public override void WriteBoolean(bool value) => Next.WriteBoolean(value);

    public override void WriteDate(ReadOnlySpan<byte> iso) => Next.WriteDate(iso);

    public override void WriteTime(ReadOnlySpan<byte> iso) => Next.WriteTime(iso);

    public override void WriteDateTime(ReadOnlySpan<byte> iso) => Next.WriteDateTime(iso);

    public override void WriteYear(ReadOnlySpan<byte> iso) => Next.WriteYear(iso);

    public override void Commit() => target.Commit();

    public override void Rollback() => target.Rollback();

    public override ValueTask FlushAsync(CancellationToken cancellationToken = default) => target.FlushAsync(cancellationToken);

    public override void Clear() => target.Clear();

    public override ValueTask CompleteAsync(CancellationToken cancellationToken = default) => target.CompleteAsync(cancellationToken);

    public override ValueTask DisposeAsync() => target.DisposeAsync();
}
