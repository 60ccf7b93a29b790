using Serverless.CsvParsing.Encodings;
using Serverless.Storage;

namespace Serverless.CsvParsing;

/// <summary>
/// Reads records one after the other from a stream, in memory that depends on the longest record only:
/// <c>do { while (reader.TryRead()) Use(reader.Current); } while (await reader.FillAsync(token));</c>
/// </summary>
/// <remarks>
/// Lenient RFC 4180. A quote opens only as the first byte of a field; what follows a closing quote stands for itself, as does a quote
/// inside a bare field. Lines end with LF, CRLF or CR. A record that never closes a quote, or outgrows the limits, is cut back to its
/// first physical line and reading resumes after it, so that what a record is depends on nothing but the bytes from its start on.
/// </remarks>
internal sealed partial class CsvRecordReader : IDisposable
{
    private readonly Stream _stream;
    private readonly TranscodingStream? _transcoding;
    private readonly CsvEncoding _encoding;
    private readonly CsvLimits _limits;
    private readonly SlidingBuffer _buffer;
    private bool _atEnd;
    private ByteHash? _consumed;
    private int _hashed;

    // The record at hand; the automaton's own state is with the scan.
    private FieldSlice[] _fields;
    private int _fieldCount;
    private int _start;
    private int _length;
    private int _next;
    private bool _complete;
    private bool _unclosed;

    /// <summary>Reads <paramref name="stream"/>, which stands at a record's start behind any byte order mark and is left open.</summary>
    /// <param name="stream">The raw bytes, in the dialect's encoding.</param>
    /// <param name="dialect">How records are written; a header is a record like any other here, and so is what stands above it.</param>
    /// <param name="position">The raw position at which the stream stands.</param>
    /// <exception cref="ArgumentException">The dialect's parts cannot be told from each other.</exception>
    public CsvRecordReader(Stream stream, CsvDialect dialect, long position = 0)
        : this(stream, dialect, position, CsvLimits.Default)
    {
    }

    internal CsvRecordReader(Stream stream, CsvDialect dialect, long position, CsvLimits limits)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(dialect);
        dialect.Check();

        _transcoding = dialect.Encoding == CsvEncoding.Utf8 ? null : new TranscodingStream(stream, dialect.Encoding, limits.BufferBytes);
        _stream = _transcoding ?? stream;
        _encoding = dialect.Encoding;
        _limits = limits;
        _buffer = new SlidingBuffer(limits.BufferBytes);
        _fields = new FieldSlice[64];
        _delimiter = (byte)dialect.Delimiter[0];
        _quote = (byte)dialect.Quote;
        _special = new SpecialBytes(_delimiter, _quote);
        _rare = dialect.IsCommon ? null : new RareDialect(dialect);
        NextPosition = position;
    }

    /// <summary>The record that was read last; gone with the next call.</summary>
    public CsvRecord Current => new()
    {
        Raw = _buffer.Bytes.AsSpan(_start, _length),
        Fields = _fields.AsSpan(0, _fieldCount),
        Row = Row,
        Line = Line,
        Unclosed = _unclosed,
    };

    /// <summary>The current record's number, from 1; 0 before the first.</summary>
    public long Row { get; private set; }

    /// <summary>The physical line on which the current record starts, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The raw position at which the current record starts.</summary>
    public long Position { get; private set; }

    /// <summary>The raw position behind the current record's line end, where the next starts if there is one.</summary>
    public long NextPosition { get; private set; }

    /// <summary>The physical line behind the current record.</summary>
    public long NextLine { get; private set; } = 1;

    /// <summary>Moves to the next record if it lies in the buffer; if not, <see cref="FillAsync"/> is to be called.</summary>
    /// <exception cref="CsvFormatException">A line is longer than any record may be.</exception>
    public bool TryRead() => TryRead(long.MaxValue);

    /// <summary>The same, for a record that starts at <paramref name="lastStart"/> or before.</summary>
    internal bool TryRead(long lastStart)
    {
        if (_complete) Leave(_next);
        return _rare is null ? NextPosition <= lastStart && Scan() : ScanRare(_rare, lastStart);
    }

    /// <summary>Reads on in the stream. False: the end is reached and every record was returned.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_atEnd) return false;
        return Accept(await _stream.ReadAsync(MakeRoom(), cancellationToken));
    }

    /// <summary>As <see cref="FillAsync"/>, for streams in memory.</summary>
    internal bool Fill() => !_atEnd && Accept(_stream.Read(MakeRoom().Span));

    /// <summary>Passes over lines at the start, whatever they hold.</summary>
    /// <exception cref="CsvFormatException">There are not so many.</exception>
    internal async ValueTask SkipLinesAsync(int count, CancellationToken cancellationToken)
    {
        var (skipped, partly) = (0, false);
        while (skipped < count)
        {
            var before = NextPosition;
            var found = TrySkipLine();
            if (found) skipped++;
            partly = !found && (partly || NextPosition > before);
            if (found || await FillAsync(cancellationToken)) continue;

            // The last line needs no end.
            if (partly) skipped++;
            if (skipped < count)
                throw new CsvFormatException($"{count} lines are to be skipped (skipRows), but the file has {skipped}.", 0);
        }

        NextLine += skipped;
    }

    /// <summary>Passes over the rest of a line, quotes or not. False: its end is not in the buffer, or it is the last line.</summary>
    internal bool TrySkipLine()
    {
        var rest = _buffer.Bytes.AsSpan(_start, _buffer.End - _start);
        var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        var found = end >= 0 && (rest[end] == '\n' || end + 1 < rest.Length || _atEnd);
        var skipped = found ? AfterLineEnd(_start + end) - _start : end >= 0 ? end : rest.Length;

        NextPosition += RawLength.Of(rest[..skipped], _encoding);
        _start += skipped;
        _scan = _start;
        return found;
    }

    /// <summary>Passes over the end of a quoted field, where the text at the start is more likely to be that than a record.</summary>
    /// <param name="columns">The fields of a record; 0 when that is not known.</param>
    /// <returns>False: more of the text is needed to tell.</returns>
    internal bool TrySkipQuotedRest(int columns)
    {
        if (columns == 0 || _rare is not null) return true;
        var text = _buffer.Bytes.AsSpan(_start, _buffer.End - _start);
        var isAll = _atEnd || text.Length >= QuotedRest.MaxBytes;
        if (QuotedRest.Find(text, isAll, _delimiter, _quote, columns) is not { } length) return false;
        NextPosition += RawLength.Of(text[..length], _encoding);
        _start += length;
        _scan = _start;
        return true;
    }

    /// <summary>
    /// From here on what is read is hashed when it is passed over, while it lies in the processor's cache. For UTF-8 only: of other
    /// encodings the buffer has the text and not the bytes.
    /// </summary>
    internal void HashInto(ByteHash hash) => (_consumed, _hashed) = (hash, _complete ? _next : _start);

    /// <summary>Hashes what was passed over since.</summary>
    internal void HashConsumed()
    {
        var end = _complete ? _next : _start;
        _consumed?.Append(_buffer.Bytes.AsSpan(_hashed, end - _hashed));
        _hashed = end;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transcoding?.Dispose();
        _buffer.Dispose();
    }

    private Memory<byte> MakeRoom()
    {
        if (_complete) Leave(_next);
        if (_consumed is not null) HashConsumed();
        var room = _buffer.MakeRoom(_start, out var moved);
        _start -= moved;
        _scan -= moved;
        _hashed -= moved;
        _maskAt -= moved;
        _runaway = _runaway.Move(moved);
        return room;
    }

    private bool Accept(int count)
    {
        _buffer.Accept(count);
        _atEnd = count == 0;
        return !_atEnd || _start < _buffer.End;
    }

    private void Leave(int start)
    {
        _start = start;
        _fieldCount = 0;
        _fieldStart = 0;
        _state = FieldState.Bare;
        _lineEnds = 0;
        _escaped = false;
        _complete = false;
        _unclosed = false;
        _followed = null;
    }

    private bool Go() => _rare is null ? Scan() : ScanRare(_rare, long.MaxValue);

    private bool Complete(int end, int next)
    {
        _length = end - _start;
        _next = next;
        _complete = true;
        Row++;
        Line = NextLine;
        NextLine += _lineEnds + 1;
        Position = NextPosition;
        NextPosition += _encoding == CsvEncoding.Utf8
            ? next - _start : RawLength.Of(_buffer.Bytes.AsSpan(_start, next - _start), _encoding);
        return true;
    }

    /// <summary>The index behind a line end at <paramref name="index"/>.</summary>
    private int AfterLineEnd(int index)
    {
        var bytes = _buffer.Bytes;
        return bytes[index] == '\r' && index + 1 < _buffer.End && bytes[index + 1] == '\n' ? index + 2 : index + 1;
    }
}
