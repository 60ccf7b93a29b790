namespace Serverless.Csv.Output;

/// <summary>
/// Takes records in for what they say, and writes nothing: a record's values wait, as canonical text, until it is committed.
/// </summary>
/// <param name="columns">How many values a record has.</param>
internal abstract class ValueWriter(int columns) : IRecordWriter
{
    private readonly PendingBuffer _values = new();
    private readonly (int Start, int Length)[] _places = new (int, int)[columns];
    private int _column;

    public int Buffered => 0;

    public ReadOnlyMemory<byte> Pending => default;

    public void Begin()
    {
        _values.Truncate(0);
        _column = 0;
    }

    public void WriteMissing() => _places[_column++] = (0, -1);

    public void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => Keep(utf8);

    public void WriteInteger(ReadOnlySpan<byte> digits) => Keep(digits);

    public void WriteNumber(ReadOnlySpan<byte> digits) => Keep(digits);

    public void WriteBoolean(bool value) => Keep(value ? "true"u8 : "false"u8);

    public void WriteDate(ReadOnlySpan<byte> iso) => Keep(iso);

    public void WriteTime(ReadOnlySpan<byte> iso) => Keep(iso);

    public void WriteDateTime(ReadOnlySpan<byte> iso) => Keep(iso);

    public void WriteYear(ReadOnlySpan<byte> iso) => Keep(iso);

    public void Commit() => Take();

    public void Rollback() => Begin();

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public void Clear()
    {
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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
