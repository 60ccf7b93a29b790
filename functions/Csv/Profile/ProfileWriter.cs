using Serverless.Csv.Output;

namespace Serverless.Csv.Profile;

/// <summary>Takes accepted records into a profile, and writes nothing. A record's values wait until it is committed.</summary>
internal sealed class ProfileWriter(TableProfile profile) : IRecordWriter
{
    private const int Missing = -1;

    private readonly PendingBuffer _values = new();

    // Where each value of the record ends.
    private readonly int[] _ends = new int[profile.Columns.Length];
    private int _column;

    public int Buffered => 0;

    public ReadOnlyMemory<byte> Pending => default;

    public void Begin()
    {
        _values.Truncate(0);
        _column = 0;
    }

    public void WriteMissing() => _ends[_column++] = Missing;

    public void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => Keep(utf8);

    public void WriteInteger(ReadOnlySpan<byte> digits) => Keep(digits);

    public void WriteNumber(ReadOnlySpan<byte> digits) => Keep(digits);

    public void WriteBoolean(bool value) => Keep(value ? "true"u8 : "false"u8);

    public void WriteDate(ReadOnlySpan<byte> iso) => Keep(iso);

    public void WriteTime(ReadOnlySpan<byte> iso) => Keep(iso);

    public void WriteDateTime(ReadOnlySpan<byte> iso) => Keep(iso);

    public void WriteYear(ReadOnlySpan<byte> iso) => Keep(iso);

    public void Commit()
    {
        ReadOnlySpan<byte> values = _values.Span;
        var columns = profile.Columns;
        var start = 0;
        for (var i = 0; i < _column; i++)
        {
            if (_ends[i] == Missing)
            {
                columns[i].AddMissing();
                continue;
            }

            columns[i].Add(values[start.._ends[i]]);
            start = _ends[i];
        }
    }

    public void Rollback() => Begin();

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public void Clear()
    {
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Keep(ReadOnlySpan<byte> value)
    {
        _values.Append(value);
        _ends[_column++] = _values.Length;
    }
}
