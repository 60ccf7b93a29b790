using System.Buffers;
using System.Text;

namespace Serverless.CsvParsing;

/// <summary>The bytes of a dialect that needs more than a delimiter and a quote of one byte each.</summary>
internal sealed class RareDialect
{
    private readonly CsvDialect _dialect;
    private readonly SearchValues<byte> _escapable;

    public RareDialect(CsvDialect dialect)
    {
        _dialect = dialect;
        Delimiter = Encoding.UTF8.GetBytes(dialect.Delimiter);
        Comment = Encoding.UTF8.GetBytes(dialect.Comment);
        Quote = (byte)dialect.Quote;
        Escape = (byte)dialect.Escape;
        byte[] marks = [.. HasQuote ? [Quote] : (byte[])[], .. HasEscape ? [Escape] : (byte[])[]];
        Special = SearchValues.Create([Delimiter[0], (byte)'\r', (byte)'\n', .. marks]);
        _escapable = SearchValues.Create(
            IsEscapeFound ? marks : [.. Delimiter, (byte)'\r', (byte)'\n', .. marks, .. Comment.AsSpan(0, Math.Min(1, Comment.Length))]);

        // CR LF, and an escape before it.
        Lookahead = Math.Max(Delimiter.Length, HasEscape ? 3 : 2);
    }

    public byte[] Delimiter { get; }

    public byte[] Comment { get; }

    public byte Quote { get; }

    public byte Escape { get; }

    public bool HasQuote => _dialect.Quote != CsvDialect.None;

    public bool DoubleQuote => _dialect.DoubleQuote;

    public bool SkipInitialSpace => _dialect.SkipInitialSpace;

    /// <summary>The bytes at which the automaton has to stop.</summary>
    public SearchValues<byte> Special { get; }

    /// <summary>So many bytes tell what a special one means.</summary>
    public int Lookahead { get; }

    private bool HasEscape => _dialect.Escape != CsvDialect.None;

    private bool IsEscapeFound => HasEscape && !_dialect.IsEscapeGiven;

    /// <summary>Measures the bytes that an escape and what it makes literal take; 0 where none stands.</summary>
    public int MeasureEscape(ReadOnlySpan<byte> text, bool isQuoted)
    {
        if (!HasEscape || text[0] != Escape || text.Length == 1 || (IsEscapeFound && !isQuoted) || !_escapable.Contains(text[1])) return 0;
        return text[1] == '\r' && text.Length > 2 && text[2] == '\n' ? 3 : 2;
    }

    /// <summary>A line with the mark of comments that were found is a record if it has as many fields as the others.</summary>
    public bool IsRecord(ReadOnlySpan<byte> line)
    {
        if (_dialect.CommentColumns == 0) return false;
        var fields = 1;
        for (var at = line.IndexOf(Delimiter); at >= 0; at = line.IndexOf(Delimiter))
        {
            fields++;
            line = line[(at + Delimiter.Length)..];
        }

        return fields == _dialect.CommentColumns;
    }
}
