using System.Text;

namespace Serverless.CsvParsing;

/// <summary>Says what the fields of one dialect stand for.</summary>
internal sealed class FieldDecoder(CsvDialect dialect)
{
    private readonly byte _quote = (byte)dialect.Quote;
    private readonly RareDialect? _rare = dialect.IsCommon ? null : new RareDialect(dialect);

    /// <summary>
    /// Writes what a field stands for whose slice is not that, and returns its length, which is at most that of <paramref name="field"/>.
    /// </summary>
    /// <remarks>
    /// The first quote that is neither doubled nor escaped closed the field and is dropped, and what follows it stands for itself.
    /// </remarks>
    public int Decode(ReadOnlySpan<byte> field, FieldQuoting quoting, Span<byte> destination) =>
        _rare is null
            ? FieldText.Unescape(field, _quote, destination)
                : DecodeRare(_rare, field, quoting == FieldQuoting.Escaped, destination, out _);

    /// <summary>A field as text; what is not UTF-8 becomes U+FFFD.</summary>
    public string DecodeText(CsvRecord record, int field)
    {
        var bytes = record[field];
        if (!record.Fields[field].IsEscaped) return Encoding.UTF8.GetString(bytes);
        var text = new byte[bytes.Length];
        return Encoding.UTF8.GetString(text.AsSpan(0, Decode(bytes, record.Fields[field].Quoting, text)));
    }

    /// <summary>Other text follows the quote that closed the field.</summary>
    public bool HasTail(ReadOnlySpan<byte> field)
    {
        if (_rare is not null)
        {
            DecodeRare(_rare, field, isQuoted: true, new byte[field.Length], out var closed);
            return closed;
        }

        for (var next = field.IndexOf(_quote); next >= 0; next = field.IndexOf(_quote))
        {
            if (next + 1 == field.Length || field[next + 1] != _quote) return true;
            field = field[(next + 2)..];
        }

        return false;
    }

    private static int DecodeRare(RareDialect rare, ReadOnlySpan<byte> field, bool isQuoted, Span<byte> destination, out bool closed)
    {
        closed = false;
        var written = 0;
        for (var at = 0; at < field.Length; at++)
        {
            if (rare.MeasureEscape(field[at..], isQuoted && !closed) is var escaped and > 0)
            {
                field.Slice(at + 1, escaped - 1).CopyTo(destination[written..]);
                written += escaped - 1;
                at += escaped - 1;
            }
            else if (isQuoted && !closed && field[at] == rare.Quote && rare.HasQuote)
            {
                if (rare.DoubleQuote && at + 1 < field.Length && field[at + 1] == rare.Quote) destination[written++] = field[at++];
                else closed = true;
            }
            else
            {
                destination[written++] = field[at];
            }
        }

        return written;
    }
}
