using System.Text;
using Serverless.CsvParsing;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Parsing;

/// <summary>
/// The automaton of every dialect written down one byte at a time: slow, and sharing nothing with the reader. UTF-8 only.
/// </summary>
internal sealed class RareReferenceParser(CsvDialect dialect, byte[] text)
{
    private readonly byte[] _delimiter = Encoding.UTF8.GetBytes(dialect.Delimiter);
    private readonly byte[] _comment = Encoding.UTF8.GetBytes(dialect.Comment);

    /// <summary>The records; those that were cut back without their fields, which nobody may use.</summary>
    public List<PlainRecord> Parse(int maxRecordBytes)
    {
        var records = new List<PlainRecord>();
        var line = 1L;
        for (var at = 0; at < text.Length;)
        {
            var lineEnd = LineEnd(at);
            if (IsComment(at, lineEnd, maxRecordBytes))
            {
                line++;
                at = AfterLineEnd(lineEnd);
                continue;
            }

            var (end, fields) = ParseOne(at);
            var isCut = fields is null || end - at > maxRecordBytes;
            if (isCut && lineEnd - at >= maxRecordBytes) throw new CsvFormatException("too long", at);
            if (isCut) end = lineEnd;
            records.Add(new PlainRecord(at, records.Count + 1, line, isCut, text[at..end], isCut ? [] : fields!));
            line += isCut ? 1 : LineEnds(text.AsSpan(at, end - at)) + 1;
            at = AfterLineEnd(end);
        }

        return records;
    }

    private bool IsComment(int at, int lineEnd, int maxRecordBytes)
    {
        if (_comment.Length == 0 || !text.AsSpan(at).StartsWith(_comment)) return false;
        if (lineEnd - at > maxRecordBytes) throw new CsvFormatException("too long", at);
        return dialect.CommentColumns == 0 || Encoding.UTF8.GetString(text.AsSpan(at, lineEnd - at))
            .Split(dialect.Delimiter).Length != dialect.CommentColumns;
    }

    private (int End, List<byte[]>? Fields) ParseOne(int at)
    {
        var fields = new List<byte[]>();
        while (true)
        {
            var value = new List<byte>();
            while (dialect.SkipInitialSpace && Is(at, ' ')) at++;
            if (dialect.Quote != CsvDialect.None && Is(at, dialect.Quote) && !TryReadQuoted(ref at, value)) return (text.Length, null);

            while (at < text.Length && text[at] is not ((byte)'\r' or (byte)'\n') && !text.AsSpan(at).StartsWith(_delimiter))
            {
                if (!TryReadEscaped(ref at, value, isQuoted: false)) value.Add(text[at++]);
            }

            fields.Add([.. value]);
            if (at == text.Length || !text.AsSpan(at).StartsWith(_delimiter)) return (at, fields);
            at += _delimiter.Length;
        }
    }

    private bool TryReadQuoted(ref int at, List<byte> value)
    {
        for (at++; at < text.Length;)
        {
            if (TryReadEscaped(ref at, value, isQuoted: true)) continue;
            if (!Is(at, dialect.Quote))
            {
                value.Add(text[at++]);
            }
            else if (dialect.DoubleQuote && Is(at + 1, dialect.Quote))
            {
                value.Add(text[at]);
                at += 2;
            }
            else
            {
                at++;
                return true;
            }
        }

        return false;
    }

    private bool TryReadEscaped(ref int at, List<byte> value, bool isQuoted)
    {
        if (dialect.Escape == CsvDialect.None || !Is(at, dialect.Escape) || at + 1 == text.Length) return false;
        var next = text[at + 1];
        var isMark = next == dialect.Escape || (dialect.Quote != CsvDialect.None && next == dialect.Quote);
        var isOther = _delimiter.Contains(next) || next is (byte)'\r' or (byte)'\n' || (_comment.Length > 0 && next == _comment[0]);
        if (dialect.IsEscapeGiven ? !isMark && !isOther : !isMark || !isQuoted) return false;

        var length = next == '\r' && Is(at + 2, '\n') ? 2 : 1;
        value.AddRange(text[(at + 1)..(at + 1 + length)]);
        at += 1 + length;
        return true;
    }

    private bool Is(int at, char character) => at < text.Length && text[at] == character;

    private int LineEnd(int at)
    {
        while (at < text.Length && text[at] is not ((byte)'\r' or (byte)'\n')) at++;
        return at;
    }

    private int AfterLineEnd(int at) => at == text.Length ? at : Is(at, '\r') && Is(at + 1, '\n') ? at + 2 : at + 1;

    private static long LineEnds(ReadOnlySpan<byte> record)
    {
        var count = 0L;
        for (var i = 0; i < record.Length; i++)
        {
            if (record[i] == '\r' || (record[i] == '\n' && (i == 0 || record[i - 1] != '\r'))) count++;
        }

        return count;
    }
}
