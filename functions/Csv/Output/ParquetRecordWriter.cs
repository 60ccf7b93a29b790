using System.Globalization;
using Parquet;
using Parquet.Schema;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Output;

/// <summary>
/// Writes records as one Parquet file: 64-bit integers, doubles, days, microseconds, UTF-8 texts, all nullable. Each
/// <see cref="FlushAsync"/> ends a row group, so that how often it is called bounds the memory.
/// </summary>
internal sealed class ParquetRecordWriter : RecordWriter
{
    private const int ValueSize = 8;

    private readonly PendingBuffer _buffer = new();
    private readonly PendingStream _stream;
    private readonly ParquetColumn[] _columns;
    private readonly ParquetSchema _schema;
    private ParquetWriter? _writer;
    private int _rows;
    private int _size;
    private int _rowSize;
    private int _column;

    public ParquetRecordWriter(TableSchema schema)
    {
        _stream = new(_buffer);
        _columns = [.. schema.Fields.Select(Column)];
        _schema = new(_columns.Select(c => c.Field));
    }

    public override int Buffered => _buffer.Length + _size;

    public override ReadOnlyMemory<byte> Pending => _buffer.Memory;

    public override void Begin()
    {
        _column = 0;
        _rowSize = 0;
    }

    public override void WriteMissing()
    {
        _columns[_column++].SetMissing(_rows);
        _rowSize++;
    }

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe)
    {
        ((ParquetTextColumn)_columns[_column++]).Set(_rows, utf8);
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

    public override void WriteBoolean(bool value) => Set(value);

    public override void WriteDate(ReadOnlySpan<byte> iso)
    {
        var value = Read(FieldType.Date, iso);
        Set(new DateTime(value.Year, value.Month, value.Day, 0, 0, 0, DateTimeKind.Utc));
    }

    public override void WriteTime(ReadOnlySpan<byte> iso) =>
        Set(Read(FieldType.Time, iso).BuildKey(FieldType.Time) / TimeSpan.TicksPerMicrosecond);

    public override void WriteDateTime(ReadOnlySpan<byte> iso) =>
        Set(new DateTime(Read(FieldType.DateTime, iso).BuildKey(FieldType.DateTime) >> 1, DateTimeKind.Utc));

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
        foreach (var column in _columns) column.Copy(row, _rows);
        _rows++;
    }

    public override async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_rows == 0) return;
        _writer ??= await ParquetWriter.CreateAsync(_schema, _stream, cancellationToken: cancellationToken);
        using (var group = _writer.CreateRowGroup())
        {
            foreach (var column in _columns) await column.WriteAsync(group, _rows, cancellationToken);
            group.CompleteValidate();
        }

        _rows = 0;
        _size = 0;
    }

    public override void Clear() => _buffer.Truncate(0);

    public override async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken);
        _writer ??= await ParquetWriter.CreateAsync(_schema, _stream, cancellationToken: cancellationToken);
        await DisposeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_writer is null) return;
        await _writer.DisposeAsync();
        _writer = null;
    }

    private static ParquetColumn Column(SchemaField field) => field.Type switch
    {
        FieldType.Integer => new ParquetValueColumn<long>(new DataField<long>(field.Name, true)),
        FieldType.Number => new ParquetValueColumn<double>(new DataField<double>(field.Name, true)),
        FieldType.Boolean => new ParquetValueColumn<bool>(new DataField<bool>(field.Name, true)),
        FieldType.Year => new ParquetValueColumn<int>(new DataField<int>(field.Name, true)),
        FieldType.Date => new ParquetValueColumn<DateTime>(new DateTimeDataField(field.Name, DateTimeFormat.Date, isNullable: true)),
        FieldType.Time => new ParquetValueColumn<long>(new TimeDataField(field.Name, TimeUnitPrecision.Micros, true)),
        FieldType.DateTime => new ParquetValueColumn<DateTime>(new DateTimeDataField(
            field.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: true)),
        _ => new ParquetTextColumn(new DataField<string>(field.Name, true)),
    };

    private static TemporalValue Read(FieldType type, ReadOnlySpan<byte> iso)
    {
        var value = TemporalValue.Empty;
        return IsoTime.TryRead(type, iso, ref value) && value.TryToUtc()
            ? value : throw new ArgumentException("The text is not canonical.", nameof(iso));
    }

    private void Set<T>(T value)
        where T : struct
    {
        ((ParquetValueColumn<T>)_columns[_column++]).Set(_rows, value);
        _rowSize += ValueSize;
    }
}
