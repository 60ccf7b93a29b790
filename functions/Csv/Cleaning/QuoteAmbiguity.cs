using System.Text;
using Serverless.CsvParsing;

namespace Serverless.Csv.Cleaning;

/// <summary>
/// Finds records that say one thing if a backslash is an escape and another if it is not, where nobody said which: neither may be
/// taken for the text that was meant.
/// </summary>
internal sealed class QuoteAmbiguity
{
    private readonly FieldDecoder _decoder;
    private readonly byte[] _delimiter;
    private readonly byte[] _escapedQuote;
    private readonly byte _quote;
    private readonly bool _isEscapeFound;

    private QuoteAmbiguity(CsvDialect dialect, FieldDecoder decoder)
    {
        _decoder = decoder;
        _delimiter = Encoding.UTF8.GetBytes(dialect.Delimiter);
        _quote = (byte)dialect.Quote;
        _escapedQuote = [(byte)'\\', _quote];
        _isEscapeFound = dialect.Escape != CsvDialect.None;
    }

    /// <summary>Null where it was said.</summary>
    public static QuoteAmbiguity? Of(CsvDialect dialect, FieldDecoder decoder) =>
        dialect.IsEscapeGiven || dialect.Quote == CsvDialect.None ? null : new QuoteAmbiguity(dialect, decoder);

    /// <summary>A quote behind a backslash seems to end the field, and does not.</summary>
    public bool IsIn(ReadOnlySpan<byte> field) => field.IndexOf(_escapedQuote) >= 0 && _decoder.HasTail(field);

    /// <summary>The escape that was found makes another record of one that is well formed without it.</summary>
    public bool IsIn(in CsvRecord record) => _isEscapeFound && HasEscapedQuote(record.Raw) && IsWellFormed(record.Raw);

    // An escaped backslash before a quote escapes nothing.
    private bool HasEscapedQuote(ReadOnlySpan<byte> raw)
    {
        for (var at = raw.IndexOf(_escapedQuote); at >= 0; at = raw.IndexOf(_escapedQuote))
        {
            var before = raw[..(at + 1)];
            if ((before.Length - before.TrimEnd((byte)'\\').Length) % 2 == 1) return true;
            raw = raw[(at + 2)..];
        }

        return false;
    }

    private bool IsWellFormed(ReadOnlySpan<byte> raw)
    {
        while (true)
        {
            var isQuoted = raw.StartsWith(_quote);
            if (isQuoted && !TryPassQuoted(ref raw)) return false;

            var next = raw.IndexOf(_delimiter);
            var field = next < 0 ? raw : raw[..next];
            if (isQuoted ? !field.IsEmpty : field.Contains(_quote)) return false;
            if (next < 0) return true;
            raw = raw[(next + _delimiter.Length)..];
        }
    }

    private bool TryPassQuoted(ref ReadOnlySpan<byte> raw)
    {
        for (raw = raw[1..]; raw.IndexOf(_quote) is var next and >= 0; raw = raw[1..])
        {
            raw = raw[(next + 1)..];
            if (!raw.StartsWith(_quote)) return true;
        }

        return false;
    }
}
