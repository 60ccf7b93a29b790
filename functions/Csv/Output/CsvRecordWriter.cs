using Serverless.Csv.Schema;

namespace Serverless.Csv.Output;

/// <summary>Writes records as RFC 4180 lines that end with a line feed.</summary>
internal sealed class CsvRecordWriter(TableSchema schema) : RecordWriter
{
    private readonly PendingBuffer _buffer = new();
    private readonly bool _single = schema.Fields.Count == 1;
    private int _start;

    public override int Buffered => _buffer.Length;

    public override ReadOnlyMemory<byte> Pending => _buffer.Memory;

    /// <summary>The line of column names that stands before all records.</summary>
    public static byte[] BuildHeader(TableSchema schema)
    {
        if (schema.Fields.Count == 0) return [];

        var line = new PendingBuffer(1024);
        foreach (var field in schema.Fields)
        {
            CsvText.Append(line, System.Text.Encoding.UTF8.GetBytes(field.Name));
            line.Append((byte)',');
        }

        line.Truncate(line.Length - 1);
        line.Append((byte)'\n');
        return line.Span.ToArray();
    }

    public override void Begin() => _start = _buffer.Length;

    public override void WriteMissing() => _buffer.Append((byte)',');

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe)
    {
        if (formulaSafe && FormulaGuard.IsFormula(utf8)) utf8 = (byte[])[(byte)'\'', .. utf8];
        CsvText.Append(_buffer, utf8);
        _buffer.Append((byte)',');
    }

    public override void WriteInteger(ReadOnlySpan<byte> digits) => WritePlain(digits);

    public override void WriteNumber(ReadOnlySpan<byte> digits) => WritePlain(digits);

    public override void WriteBoolean(bool value) => _buffer.Append(value ? "true,"u8 : "false,"u8);

    public override void WriteDate(ReadOnlySpan<byte> iso) => WritePlain(iso);

    public override void WriteTime(ReadOnlySpan<byte> iso) => WritePlain(iso);

    public override void WriteDateTime(ReadOnlySpan<byte> iso) => WritePlain(iso);

    public override void WriteYear(ReadOnlySpan<byte> iso) => WritePlain(iso);

    public override void Commit()
    {
        // A line with nothing on it would be read as a blank row.
        if (_single && _buffer.Length == _start + 1)
        {
            _buffer.Truncate(_start);
            _buffer.Append("\"\","u8);
        }

        _buffer.Truncate(_buffer.Length - 1);
        _buffer.Append((byte)'\n');
    }

    public override void Rollback() => _buffer.Truncate(_start);

    public override ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override void Clear() => _buffer.Truncate(0);

    public override ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void WritePlain(ReadOnlySpan<byte> text)
    {
        var target = _buffer.GetSpan(text.Length + 1);
        text.CopyTo(target);
        target[text.Length] = (byte)',';
        _buffer.Advance(text.Length + 1);
    }
}
