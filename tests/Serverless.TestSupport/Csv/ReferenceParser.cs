using Serverless.CsvParsing;

namespace Serverless.TestSupport.Csv;

/// <summary>A record as plain values, comparable by <see cref="ToString"/>.</summary>
internal sealed record PlainRecord(long Position, long Row, long Line, bool Unclosed, byte[] Raw, IReadOnlyList<byte[]> Fields)
{
    public override string ToString() =>
        $"@{Position} row {Row} line {Line}{(Unclosed ? " unclosed" : "")} {Show(Raw)} => {string.Join(" | ", Fields.Select(Show))}";

    private static string Show(byte[] bytes) =>
        string.Concat(bytes.Select(b => b is >= 0x20 and < 0x7F ? ((char)b).ToString() : $"<{b:X2}>"));
}

/// <summary>The automaton written down one byte at a time: slow, short, and sharing nothing with the reader.</summary>
internal static class ReferenceParser
{
    public static List<PlainRecord> Parse(byte[] utf8, char delimiter, char quote, int maxRecordBytes, Func<int, long>? rawPosition = null)
    {
        rawPosition ??= p => p;
        var records = new List<PlainRecord>();
        var at = 0;
        var line = 1L;
        while (at < utf8.Length)
        {
            var record = ParseOne(utf8, at, (byte)delimiter, (byte)quote);
            if (record.End - at > maxRecordBytes || record.Unclosed)
            {
                var end = at;
                while (end < utf8.Length && utf8[end] is not ((byte)'\r' or (byte)'\n')) end++;
                if (end - at >= maxRecordBytes) throw new CsvFormatException("too long", rawPosition(at));
                record = ParseOne(utf8[..end], at, (byte)delimiter, (byte)quote) with { Next = AfterLineEnd(utf8, end), Unclosed = true };
            }

            records.Add(new PlainRecord(rawPosition(at), records.Count + 1, line, record.Unclosed, utf8[at..record.End], record.Fields));
            line += record.Unclosed ? 1 : CountLineEnds(utf8.AsSpan(at, record.End - at)) + 1;
            at = record.Next;
        }

        return records;
    }

    private sealed record Parsed(int End, int Next, bool Unclosed, List<byte[]> Fields);

    private static Parsed ParseOne(byte[] text, int at, byte delimiter, byte quote)
    {
        var fields = new List<byte[]>();
        while (true)
        {
            var value = new List<byte>();
            if (at < text.Length && text[at] == quote)
            {
                at++;
                while (true)
                {
                    if (at == text.Length)
                    {
                        fields.Add([.. value]);
                        return new Parsed(at, at, true, fields);
                    }

                    if (text[at] != quote)
                    {
                        value.Add(text[at++]);
                    }
                    else if (at + 1 < text.Length && text[at + 1] == quote)
                    {
                        value.Add(quote);
                        at += 2;
                    }
                    else
                    {
                        at++;
                        break;
                    }
                }
            }

            while (at < text.Length && text[at] != delimiter && text[at] is not ((byte)'\r' or (byte)'\n')) value.Add(text[at++]);
            fields.Add([.. value]);
            if (at == text.Length || text[at] != delimiter) return new Parsed(at, AfterLineEnd(text, at), false, fields);
            at++;
        }
    }

    private static int AfterLineEnd(byte[] text, int at)
    {
        if (at == text.Length) return at;
        return text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? at + 2 : at + 1;
    }

    private static long CountLineEnds(ReadOnlySpan<byte> text)
    {
        var count = 0L;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\r' || (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))) count++;
        }

        return count;
    }
}
