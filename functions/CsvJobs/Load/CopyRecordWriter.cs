using System.Buffers.Binary;
using System.Buffers.Text;
using Serverless.Csv.Output;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Writes records as tuples of PostgreSQL's binary copy format (https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"),
/// with its row's number before its columns where that is asked for. What the sent type cannot hold is noted, and its record refused later.
/// </summary>
internal sealed class CopyRecordWriter(IReadOnlyList<LoadColumn> columns, bool withRow) : RecordWriter
{
    private readonly short _columns = (short)(columns.Count + (withRow ? 1 : 0));
    private readonly PendingBuffer _buffer = new();
    private readonly List<RefusedRow> _refused = [];
    private RefusedRow? _fault;
    private int _start;
    private int _column;

    /// <summary>The bytes before all tuples: signature, flags, and no extension.</summary>
    public static ReadOnlySpan<byte> Header =>
        [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00];

    /// <summary>The bytes behind all tuples.</summary>
    public static ReadOnlySpan<byte> Trailer => [0xff, 0xff];

    /// <summary>The number of the record that comes next.</summary>
    public long Row { get; set; }

    /// <summary>Records encoded so far.</summary>
    public long Records { get; private set; }

    /// <summary>Records that hold what cannot be sent.</summary>
    public IReadOnlyList<RefusedRow> Refused => _refused;

    public override int Buffered => _buffer.Length;

    public override ReadOnlyMemory<byte> Pending => _buffer.Memory;

    public override void Begin()
    {
        _start = _buffer.Length;
        (_column, _fault) = (0, null);
        BinaryPrimitives.WriteInt16BigEndian(_buffer.GetSpan(2), _columns);
        _buffer.Advance(2);
        if (withRow) WriteInt64(Row);
    }

    public override void WriteMissing()
    {
        _column++;
        WriteLength(-1);
    }

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => WriteUtf8(utf8);

    public override void WriteInteger(ReadOnlySpan<byte> digits) => WriteDigits(digits);

    public override void WriteNumber(ReadOnlySpan<byte> digits) => WriteDigits(digits);

    public override void WriteYear(ReadOnlySpan<byte> iso) => WriteDigits(iso);

    public override void WriteBoolean(bool value)
    {
        if (columns[_column].Type == StagedType.Text)
        {
            WriteUtf8(value ? "true"u8 : "false"u8);
            return;
        }

        _column++;
        WriteLength(1);
        _buffer.Append((byte)(value ? 1 : 0));
    }

    public override void WriteDate(ReadOnlySpan<byte> iso)
    {
        if (columns[_column].Type == StagedType.Text)
        {
            WriteUtf8(iso);
            return;
        }

        _column++;
        WriteLength(sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(_buffer.GetSpan(sizeof(int)), CopyTime.CountDays(iso));
        _buffer.Advance(sizeof(int));
    }

    public override void WriteTime(ReadOnlySpan<byte> iso)
    {
        if (columns[_column].Type == StagedType.Text) WriteUtf8(iso);
        else if (CopyTime.TryTime(iso, out var micros)) WriteColumn(micros);
        else Refuse("the database holds times to the microsecond only");
    }

    public override void WriteDateTime(ReadOnlySpan<byte> iso)
    {
        if (columns[_column].Type == StagedType.Text) WriteUtf8(iso);
        else if (CopyTime.TryDateTime(iso, out var micros)) WriteColumn(micros);
        else Refuse("the database holds times to the microsecond only");
    }

    public override void Commit()
    {
        Records++;
        if (_fault is { } fault) _refused.Add(fault);
    }

    public override void Rollback() => _buffer.Truncate(_start);

    public override ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override void Clear() => _buffer.Truncate(0);

    public override ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void WriteDigits(ReadOnlySpan<byte> digits)
    {
        switch (columns[_column].Type)
        {
            case StagedType.Text:
                WriteUtf8(digits);
                break;
            case StagedType.WholeNumber when Utf8Parser.TryParse(digits, out long value, out var used) && used == digits.Length:
                WriteColumn(value);
                break;
            case StagedType.Year when Utf8Parser.TryParse(digits, out int year, out var used) && used == digits.Length:
                _column++;
                WriteLength(sizeof(int));
                BinaryPrimitives.WriteInt32BigEndian(_buffer.GetSpan(sizeof(int)), year);
                _buffer.Advance(sizeof(int));
                break;
            case StagedType.WholeNumber or StagedType.Year:
                Refuse("the number is too large for the column");
                break;
            default:
                var at = _buffer.Length;
                WriteLength(0);
                if (!CopyNumeric.TryWrite(_buffer, digits))
                {
                    _buffer.Truncate(at);
                    Refuse("the number is too large for the column, or has too many decimals");
                    break;
                }

                BinaryPrimitives.WriteInt32BigEndian(_buffer.Span[at..], _buffer.Length - at - sizeof(int));
                _column++;
                break;
        }
    }

    private void WriteUtf8(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Contains((byte)0))
        {
            Refuse("the database holds no NUL characters");
            return;
        }

        _column++;
        WriteLength(utf8.Length);
        _buffer.Append(utf8);
    }

    private void Refuse(string message)
    {
        _fault ??= new RefusedRow(Row, columns[_column].Name, message);
        WriteMissing();
    }

    private void WriteColumn(long value)
    {
        _column++;
        WriteInt64(value);
    }

    private void WriteInt64(long value)
    {
        WriteLength(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
    }

    private void WriteLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.GetSpan(sizeof(int)), length);
        _buffer.Advance(sizeof(int));
    }
}
