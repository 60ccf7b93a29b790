namespace Serverless.Csv.Output;

/// <summary>
/// Takes records in for what they say, and writes nothing: a record's values wait, as canonical text, until it is committed.
/// </summary>
/// <param name="columns">How many values a record has.</param>
internal abstract class ValueWriter(int columns) : RecordWriter
{
    private readonly PendingBuffer _values = new();
    private readonly (int Start, int Length)[] _places = new (int, int)[columns];
    private int _column;

    public override int Buffered => 0;

    public override ReadOnlyMemory<byte> Pending => default;

    public override void Begin()
    {
        _values.Truncate(0);
        _column = 0;
    }

    public override void WriteMissing() => _places[_column++] = (0, -1);

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => Keep(utf8);

    public override void WriteInteger(ReadOnlySpan<byte> digits) => Keep(digits);

    public override void WriteNumber(ReadOnlySpan<byte> digits) => Keep(digits);

    public override void WriteBoolean(bool value) => Keep(value ? "true"u8 : "false"u8);

    public override void WriteDate(ReadOnlySpan<byte> iso) => Keep(iso);

    public override void WriteTime(ReadOnlySpan<byte> iso) => Keep(iso);

    public override void WriteDateTime(ReadOnlySpan<byte> iso) => Keep(iso);

    public override void WriteYear(ReadOnlySpan<byte> iso) => Keep(iso);

    public override void Commit() => Take();

    public override void Rollback() => Begin();

    public override ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override void Clear()
    {
    }

    public override ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The record is accepted.</summary>
    protected abstract void Take();

    protected bool IsMissing(int column) => _places[column].Length < 0;

    /// <summary>A value that is not missing.</summary>
    protected ReadOnlySpan<byte> GetValue(int column) => _values.Span.Slice(_places[column].Start, _places[column].Length);

    private void Keep(ReadOnlySpan<byte> value)
    {
        _places[_column++] = (_values.Length, value.Length);
        _values.Append(value);
    }
}
