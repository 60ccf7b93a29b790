using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;
using Serverless.Storage;

namespace Serverless.Csv.Ranges;

/// <summary>
/// Reads the records that a range owns, once:
/// <c>do { while (reader.TryRead()) Use(reader.Current); } while (await reader.FillAsync(token));</c>, then <see cref="Result"/>.
/// </summary>
/// <remarks>
/// Without a proven first record the range starts behind the first line end, as if no quote were open there unless it looks so (see
/// <see cref="QuotedRest"/>). Whether that was right is seen by its left neighbour: if <see cref="RangeResult.Next"/> there is
/// <see cref="RangeResult.First"/> here, and so on to the front of the file, it was. Rows and lines are counted within the range, from 1.
/// </remarks>
internal sealed class RangeReader : IAsyncDisposable
{
    /// <summary>The bytes that are fetched beyond the range at once, for the record that straddles its end.</summary>
    private const int Slack = 16 * 1024;

    private readonly RangeStream _stream;
    private readonly CsvRecordReader _reader;
    private readonly ByteHash? _hash;
    private readonly RawTail? _tail;
    private readonly ByteRange _range;
    private readonly long _length;
    private readonly int _columns;
    private long? _first;
    private bool _isInLine = true;
    private bool _done;

    /// <summary>Prepares to read; nothing is fetched yet.</summary>
    /// <param name="source">The file.</param>
    /// <param name="length">The file's length in raw bytes.</param>
    /// <param name="dialect">How the file is written.</param>
    /// <param name="range">What to read. In UTF-16 it starts on a whole code unit.</param>
    /// <param name="first">Where the range's first record starts, where that is known.</param>
    /// <param name="hash">Takes the bytes of the range's records, from its first one to the first behind it; null for nobody.</param>
    /// <param name="columns">The fields of a record, by which it is guessed better where the first record starts; 0 when not known.</param>
    public RangeReader(
        IRangeSource source, long length, CsvDialect dialect, ByteRange range, long? first, ByteHash? hash = null, int columns = 0)
        : this(source, length, dialect, range, first, CsvLimits.Default, Slack, hash, columns)
    {
    }

    internal RangeReader(
        IRangeSource source, long length, CsvDialect dialect, ByteRange range, long? first, CsvLimits limits, int slack,
        ByteHash? hash = null, int columns = 0)
    {
        var from = first ?? range.Start;
        _range = range;
        _length = length;
        _columns = columns;
        _first = first;
        _done = from > range.End || from >= length;
        _stream = new RangeStream(source, from, range.End, length, slack);
        _hash = hash;
        _tail = hash is null || dialect.Encoding == CsvEncoding.Utf8 ? null : new RawTail(_stream, from);
        _reader = new CsvRecordReader(_tail ?? (Stream)_stream, dialect, from, limits);
        if (first is not null) BeginHash();
    }

    /// <summary>The record that was read last; gone with the next call.</summary>
    public CsvRecord Current => _reader.Current;

    /// <summary>The raw position at which the current record starts.</summary>
    public long Position => _reader.Position;

    /// <summary>The position of the range's first record, or of a comment before it; set once a record was read.</summary>
    public long First => _first ?? throw new InvalidOperationException("No record was read.");

    /// <summary>The comment lines passed over so far.</summary>
    public long Comments => _reader.Comments;

    /// <summary>Bytes asked of the source so far.</summary>
    public long BytesRequested => _stream.BytesRequested;

    /// <summary>The facts for the neighbours, once every record was read.</summary>
    /// <exception cref="InvalidOperationException">The range was not read to its end.</exception>
    public RangeResult Result
    {
        get
        {
            if (!_done) throw new InvalidOperationException("The range was not read to its end.");
            var next = Place;
            return new RangeResult(_range, Math.Min(_first ?? next, next), next, _reader.Row, _reader.NextLine - 1);
        }
    }

    // Half a character at the end of a file counts for a whole one.
    private long Place => Math.Min(_reader.NextPosition, _length);

    /// <summary>Moves to the next record if it was fetched; if not, <see cref="FillAsync"/> is to be called.</summary>
    /// <exception cref="CsvFormatException">A line is longer than any record may be.</exception>
    public bool TryRead()
    {
        if (_first is null || _done) return false;
        if (_reader.TryRead(_range.End)) return true;

        // Comments that were passed over may reach to the end, too.
        _done = _reader.NextPosition > _range.End;
        return false;
    }

    /// <summary>Fetches more. False: every record of the range was read.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_done) return false;
        if (_first is not null) _tail?.PassTo(Place, _hash);
        if (await _reader.FillAsync(cancellationToken))
        {
            if (_first is null) FindFirst();
            return true;
        }

        _done = true;
        return false;
    }

    /// <summary>Ends the hash, once every record was read.</summary>
    public void EndHash()
    {
        if (_first is null) return;
        _tail?.PassTo(Place, _hash);
        if (_tail is null) _reader.HashConsumed();
    }

    private void FindFirst()
    {
        _isInLine = _isInLine && !_reader.TrySkipLine();
        if (_isInLine || !_reader.TrySkipQuotedRest(_columns)) return;
        _first = _reader.NextPosition;
        BeginHash();
    }

    private void BeginHash()
    {
        _tail?.PassTo(Place, hash: null);
        if (_tail is null && _hash is not null) _reader.HashInto(_hash);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync();
    }
}
