using System.Globalization;
using System.Numerics;
using Parquet;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.CsvParsing;

namespace Serverless.Csv.Output;

/// <summary>
/// Writes records as one Parquet file: 64-bit integers, doubles, days, microseconds, UTF-8 texts, all nullable. Each
/// <see cref="FlushAsync"/> ends a row group, so that how often it is called bounds the memory. The library that reads them writes a row
/// group from the values of all columns, which take many times the memory of packed pages.
/// </summary>
internal sealed class ParquetRecordWriter : RecordWriter
{
    private const int ValueSize = 8;

    private readonly ChunkedBuffer _packed = new();
    private readonly PendingBuffer _structure = new(1024);
    private readonly ParquetPage _page;
    private readonly ParquetColumn[] _columns;
    private readonly List<ReadOnlyMemory<byte>> _pending = [];
    private ParquetFooter? _footer;
    private long _taken;
    private int _length;
    private int _rows;
    private int _size;
    private int _rowSize;
    private int _column;

    public ParquetRecordWriter(TableSchema schema)
    {
        _page = new ParquetPage(_packed);
        _columns = ParquetColumns.Create(schema);
        Add(ParquetFooter.Magic.ToArray());
    }

    public override int Buffered => _length + _size;

    public override ReadOnlyMemory<byte> Pending
    {
        get
        {
            var bytes = new byte[_length];
            var at = 0;
            foreach (var piece in _pending)
            {
                piece.CopyTo(bytes.AsMemory(at));
                at += piece.Length;
            }

            return bytes;
        }
    }

    // The packed pages: one array for all of them would take their memory again, and be another one for each row group.
    public override IReadOnlyList<ReadOnlyMemory<byte>> PendingPieces => _pending;

    public override void Begin()
    {
        _column = 0;
        _rowSize = 0;
    }

    public override void WriteMissing()
    {
        _columns[_column++].SetMissing(_rows, _page);
        _rowSize++;
    }

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe)
    {
        ((ParquetTextColumn)_columns[_column++]).Set(_rows, utf8, _page);
        _rowSize += ValueSize + utf8.Length;
    }

    public override void WriteInteger(ReadOnlySpan<byte> digits) =>
        Set(long.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    public override void WriteNumber(ReadOnlySpan<byte> digits) => Set(digits switch
    {
        [.., (byte)'N'] => double.NaN,
        [(byte)'-', .., (byte)'F'] => double.NegativeInfinity,
        [.., (byte)'F'] => double.PositiveInfinity,
        _ => double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture),
    });

    public override void WriteBoolean(bool value)
    {
        ((ParquetFlagColumn)_columns[_column++]).Set(_rows, value, _page);
        _rowSize += ValueSize;
    }

    public override void WriteDate(ReadOnlySpan<byte> iso)
    {
        var value = Read(FieldType.Date, iso);
        Set(ParquetColumns.CountDays(new DateTime(value.Year, value.Month, value.Day)));
    }

    public override void WriteTime(ReadOnlySpan<byte> iso) =>
        Set(Read(FieldType.Time, iso).BuildKey(FieldType.Time) / TimeSpan.TicksPerMicrosecond);

    public override void WriteDateTime(ReadOnlySpan<byte> iso) =>
        Set(ParquetColumns.CountMicroseconds(Read(FieldType.DateTime, iso).BuildKey(FieldType.DateTime) >> 1));

    public override void WriteYear(ReadOnlySpan<byte> iso) =>
        Set(int.Parse(iso, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    public override void Commit()
    {
        _rows++;
        _size += _rowSize;
    }

    // The next record takes the same row.
    public override void Rollback() => Begin();

    /// <summary>Reads a row group of a file that a writer like this has written, so that its records can be written again.</summary>
    public async Task LoadAsync(ParquetReader reader, int group, CancellationToken cancellationToken)
    {
        using var rows = reader.OpenRowGroupReader(group);
        foreach (var (column, field) in _columns.Zip(reader.Schema.DataFields)) await column.LoadAsync(rows, field, cancellationToken);
    }

    /// <summary>Writes a record of that row group.</summary>
    public void CopyRecord(int row)
    {
        foreach (var column in _columns) column.Copy(row, _rows, _page);
        _rows++;
    }

    public override async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_rows == 0) return;
        var footer = await OpenFooterAsync(cancellationToken);
        EndGroup();
        footer.Add(_structure.Span, _rows, shift: 0);
        _rows = 0;
        _size = 0;
    }

    public override void Clear()
    {
        _taken += _length;
        _length = 0;
        _pending.Clear();

        // Unless pages of the next row group lie there already.
        if (_rows == 0) _packed.Clear();
    }

    public override async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken);
        Add((await OpenFooterAsync(cancellationToken)).Build());
    }

    public override ValueTask DisposeAsync()
    {
        _page.Dispose();
        _packed.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TemporalValue Read(FieldType type, ReadOnlySpan<byte> iso)
    {
        var value = TemporalValue.Empty;
        return IsoTime.TryRead(type, iso, ref value) && value.TryToUtc()
            ? value : throw new ArgumentException("The text is not canonical.", nameof(iso));
    }

    private async ValueTask<ParquetFooter> OpenFooterAsync(CancellationToken cancellationToken) =>
        _footer ??= new ParquetFooter(await ParquetFooter.WriteEmptyAsync(_columns, cancellationToken));

    private void EndGroup()
    {
        var length = 0;
        foreach (var column in _columns)
        {
            column.EndPages(_rows, _page);
            length += column.Length;
        }

        _structure.Truncate(0);
        var group = new ThriftWriter(_structure);
        group.WriteList(1, ThriftType.Struct, _columns.Length);
        var unpacked = 0L;
        foreach (var column in _columns)
        {
            var place = _taken + _length;
            _length += column.Length;
            unpacked += column.Move(_pending, place, group.OpenItem());
        }

        group.WriteInt64(2, unpacked);
        group.WriteInt64(3, _rows);
        group.WriteInt64(6, length);
        group.End();
    }

    private void Add(ReadOnlyMemory<byte> bytes)
    {
        _pending.Add(bytes);
        _length += bytes.Length;
    }

    private void Set<T>(T value)
        where T : unmanaged, INumber<T>
    {
        ((ParquetNumberColumn<T>)_columns[_column++]).Set(_rows, value, _page);
        _rowSize += ValueSize;
    }
}
