using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Output;

/// <summary>
/// Writes records as one JSON object a line. Missing values are null; NaN and infinities, which JSON has no numbers for, are strings.
/// </summary>
internal sealed class JsonLinesRecordWriter : RecordWriter
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

    private readonly PendingBuffer _buffer = new();
    private readonly byte[][] _keys;
    private int _start;
    private int _column;

    public JsonLinesRecordWriter(TableSchema schema)
    {
        // What stands between two values: the comma, the next key and its colon.
        _keys = [.. schema.Fields.Select((f, i) => Encoding.UTF8.GetBytes(
            $"{(i == 0 ? '{' : ',')}\"{JsonEncodedText.Encode(f.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\":"))];
    }

    public override int Buffered => _buffer.Length;

    public override ReadOnlyMemory<byte> Pending => _buffer.Memory;

    public override void Begin()
    {
        _start = _buffer.Length;
        _column = 0;
    }

    public override void WriteMissing() => WritePlain("null"u8);

    public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe)
    {
        _buffer.Append(_keys[_column++]);
        _buffer.Append((byte)'"');
        for (var at = utf8.IndexOfAny(Escaped); at >= 0; at = utf8.IndexOfAny(Escaped))
        {
            _buffer.Append(utf8[..at]);
            AppendEscape(utf8[at]);
            utf8 = utf8[(at + 1)..];
        }

        _buffer.Append(utf8);
        _buffer.Append((byte)'"');
    }

    public override void WriteInteger(ReadOnlySpan<byte> digits) => WritePlain(digits);

    public override void WriteNumber(ReadOnlySpan<byte> digits)
    {
        if (digits[^1] is (byte)'N' or (byte)'F') WriteQuoted(digits);
        else WritePlain(digits);
    }

    public override void WriteBoolean(bool value) => WritePlain(value ? "true"u8 : "false"u8);

    public override void WriteDate(ReadOnlySpan<byte> iso) => WriteQuoted(iso);

    public override void WriteTime(ReadOnlySpan<byte> iso) => WriteQuoted(iso);

    public override void WriteDateTime(ReadOnlySpan<byte> iso) => WriteQuoted(iso);

    public override void WriteYear(ReadOnlySpan<byte> iso)
    {
        // A JSON number has no leading zeros.
        var negative = iso[0] == '-';
        var digits = (negative ? iso[1..] : iso).TrimStart((byte)'0');
        _buffer.Append(_keys[_column++]);
        if (negative) _buffer.Append((byte)'-');
        _buffer.Append(digits);
    }

    public override void Commit() => _buffer.Append("}\n"u8);

    public override void Rollback() => _buffer.Truncate(_start);

    public override ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override void Clear() => _buffer.Truncate(0);

    public override ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void WritePlain(ReadOnlySpan<byte> text)
    {
        _buffer.Append(_keys[_column++]);
        _buffer.Append(text);
    }

    private void WriteQuoted(ReadOnlySpan<byte> text)
    {
        _buffer.Append(_keys[_column++]);
        _buffer.Append((byte)'"');
        _buffer.Append(text);
        _buffer.Append((byte)'"');
    }

    private void AppendEscape(byte value)
    {
        var escape = value switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            _ => "\\u00"u8,
        };
        _buffer.Append(escape);
        if (escape.Length <= 2) return;
        _buffer.Append("0123456789abcdef"u8[value >> 4]);
        _buffer.Append("0123456789abcdef"u8[value & 15]);
    }
}
