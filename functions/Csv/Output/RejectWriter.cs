using System.Text;
using System.Text.Unicode;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.CsvParsing;

namespace Serverless.Csv.Output;

/// <summary>
/// Writes refused records as a reject part: what <see cref="RejectPart"/> turns into lines of <c>rejects.csv</c> once it is known
/// how many rows and lines stand before the range.
/// </summary>
internal sealed class RejectWriter(TableSchema schema)
{
    private const string InvalidRaw = "; invalid bytes are shown as U+FFFD";

    private readonly PendingBuffer _buffer = new();
    private readonly MaskedRaw _raw = new(schema);

    /// <summary>The size of the entries that wait to be stored, in bytes.</summary>
    public int Buffered => _buffer.Length;

    /// <summary>Whole entries, valid until the next call of any member.</summary>
    public ReadOnlyMemory<byte> Pending => _buffer.Memory;

    public void Write(in CsvRecord record, in RecordFault fault)
    {
        // Row, line and length stand before the line's text, so that the text can be copied without being read.
        var start = _buffer.Length;
        _buffer.GetSpan(RejectPart.PrefixLength);
        _buffer.Advance(RejectPart.PrefixLength);
        AppendText(fault.Field);
        _buffer.Append((byte)',');
        AppendText(fault.Code);
        _buffer.Append((byte)',');
        var raw = _raw.Of(record, fault.Code);
        var valid = Utf8.IsValid(raw);
        AppendText(valid || fault.Code == ErrorCodes.EncodingError ? fault.Message : fault.Message + InvalidRaw);
        _buffer.Append((byte)',');
        if (valid) CsvText.Append(_buffer, raw);
        else AppendText(Encoding.UTF8.GetString(raw));
        _buffer.Append((byte)'\n');
        RejectPart.WritePrefix(_buffer.Span[start..], record.Row, record.Line, _buffer.Length - start - RejectPart.PrefixLength);
    }

    /// <summary>Forgets <see cref="Pending"/>, once it is stored.</summary>
    public void Clear() => _buffer.Truncate(0);

    private void AppendText(string text) => CsvText.Append(_buffer, Encoding.UTF8.GetBytes(text));
}
