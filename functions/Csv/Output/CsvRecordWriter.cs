using Serverless.Csv.Schema;

namespace Serverless.Csv.Output;

/// <summary>Writes records as RFC 4180 lines that end with a line feed.</summary>
internal sealed class CsvRecordWriter(TableSchema schema) : IRecordWriter
{
    private readonly PendingBuffer _buffer = new();
    private readonly bool _single = schema.Fields.Count == 1;
    private int _start;

    public int Buffered => _buffer.Length;

    public ReadOnlyMemory<byte> Pending => _buffer.Memory;

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

    public void Begin() => _start = _buffer.Length;

    public void WriteMissing() => _buffer.Append((byte)',');

    public void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe)
    {
        if (formulaSafe && FormulaGuard.IsFormula(utf8)) utf8 = (byte[])[(byte)'\'', .. utf8];
        CsvText.Append(_buffer, utf8);
        _buffer.Append((byte)',');
    }

    public void WriteInteger(ReadOnlySpan<byte> digits) => WritePlain(digits);

    public void WriteNumber(ReadOnlySpan<byte> digits) => WritePlain(digits);

    public void WriteBoolean(bool value) => _buffer.Append(value ? "true,"u8 : "false,"u8);

    public void WriteDate(ReadOnlySpan<byte> iso) => WritePlain(iso);

    public void WriteTime(ReadOnlySpan<byte> iso) => WritePlain(iso);

    public void WriteDateTime(ReadOnlySpan<byte> iso) => WritePlain(iso);

    public void WriteYear(ReadOnlySpan<byte> iso) => WritePlain(iso);

    public void Commit()
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

    public void Rollback() => _buffer.Truncate(_start);

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public void Clear() => _buffer.Truncate(0);

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void WritePlain(ReadOnlySpan<byte> text)
    {
        var target = _buffer.GetSpan(text.Length + 1);
        text.CopyTo(target);
        target[text.Length] = (byte)',';
        _buffer.Advance(text.Length + 1);
    }
}
