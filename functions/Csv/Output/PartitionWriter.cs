using System.Text;

namespace Serverless.Csv.Output;

/// <summary>Deals records out by the value of a column: what is written of each value waits by itself.</summary>
/// <param name="target">Writes a record as text, which can stand behind any other.</param>
/// <param name="name">The column's name.</param>
/// <param name="column">Its place.</param>
/// <param name="limit">The most values that it may have.</param>
internal sealed class PartitionWriter(RecordWriter target, string name, int column, int limit) : RecordWriter
{
    private readonly Dictionary<string, Partition> _byValue = new(StringComparer.Ordinal);
    private Partition? _missing;
    private char[] _value = new char[256];
    private int _length;
    private int _column;
    private int _buffered;

    public override int Buffered => _buffered;

    public override ReadOnlyMemory<byte> Pending => default;

    /// <summary>The number of the record that comes next.</summary>
    public long Row { get; set; }

    /// <summary>The partition of the last record; null before the first.</summary>
    public Partition? Last { get; private set; }

    /// <summary>All values so far.</summary>
    public IEnumerable<Partition> Partitions => _missing is null ? _byValue.Values : _byValue.Values.Append(_missing);

    /// <summary>The sentence for a column with too many values.</summary>
    public static string DescribeLimit(string name, int limit) =>
        $"The column {name} has more than {limit} values, and partitionBy makes a file of each: choose another column.";

    public override void Begin()
    {
        _column = 0;
        target.Begin();
    }

    public override void WriteMissing()
    {
        if (_column++ == column) _length = -1;
        target.WriteMissing();
    }

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe)
    {
        Note(utf8);
        target.WriteText(utf8, formulaSafe);
    }

    public override void WriteInteger(ReadOnlySpan<byte> digits)
    {
        Note(digits);
        target.WriteInteger(digits);
    }

    public override void WriteNumber(ReadOnlySpan<byte> digits)
    {
        Note(digits);
        target.WriteNumber(digits);
    }

    public override void WriteBoolean(bool value)
    {
        Note(value ? "true"u8 : "false"u8);
        target.WriteBoolean(value);
    }

    public override void WriteDate(ReadOnlySpan<byte> iso)
    {
        Note(iso);
        target.WriteDate(iso);
    }

    public override void WriteTime(ReadOnlySpan<byte> iso)
    {
        Note(iso);
        target.WriteTime(iso);
    }

    public override void WriteDateTime(ReadOnlySpan<byte> iso)
    {
        Note(iso);
        target.WriteDateTime(iso);
    }

    public override void WriteYear(ReadOnlySpan<byte> iso)
    {
        Note(iso);
        target.WriteYear(iso);
    }

    /// <exception cref="InvalidDataException">The column has too many values.</exception>
    public override void Commit()
    {
        target.Commit();
        _buffered += target.Pending.Length;
        Last = Find();
        Last.Bytes.Append(target.Pending.Span);
        Last.Rows.Add(Row);
        target.Clear();
    }

    public override void Rollback() => target.Rollback();

    public override ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <summary>Forgets what waits of all values, and the memory for it.</summary>
    public override void Clear()
    {
        foreach (var partition in Partitions) partition.Clear();
        _buffered = 0;
    }

    public override ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => target.DisposeAsync();

    private void Note(ReadOnlySpan<byte> value)
    {
        if (_column++ != column) return;
        if (value.Length > _value.Length) _value = new char[value.Length];
        _length = Encoding.UTF8.GetChars(value, _value);
    }

    private Partition Find()
    {
        if (_length < 0) return _missing ??= Add(null);
        var value = _value.AsSpan(0, _length);
        var known = _byValue.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(value, out var partition)) return partition;
        return _byValue[value.ToString()] = Add(value.ToString());
    }

    private Partition Add(string? value) => _byValue.Count + (_missing is null ? 0 : 1) < limit
        ? new Partition(PartitionName.Of(name, value))
        : throw new InvalidDataException(DescribeLimit(name, limit));
}

/// <summary>The records of one value.</summary>
/// <param name="name">The value's folder.</param>
internal sealed class Partition(string name)
{
    /// <summary>The memory of a value of which nothing waits.</summary>
    public const int MinBytes = 1024;

    public string Name => name;

    /// <summary>The text of records that waits.</summary>
    public PendingBuffer Bytes { get; private set; } = new(MinBytes);

    /// <summary>The numbers of these records.</summary>
    public RowList Rows { get; private set; } = new();

    /// <summary>Forgets what waits, and the memory for it.</summary>
    public void Clear() => (Bytes, Rows) = (new PendingBuffer(MinBytes), new RowList());
}
