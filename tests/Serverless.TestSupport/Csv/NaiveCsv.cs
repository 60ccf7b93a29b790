using System.Text;
using Serverless.CsvParsing;

namespace Serverless.TestSupport.Csv;

/// <summary>A plain reader of small texts, so that the cleaner's tests do not rest on the real one.</summary>
internal static class NaiveCsv
{
    internal delegate void OnRecord(in CsvRecord record);

    public static void Read(string text, OnRecord onRecord) => Read(Encoding.UTF8.GetBytes(text), onRecord);

    public static void Read(byte[] text, OnRecord onRecord)
    {
        long row = 1, line = 1;
        for (var at = 0; at < text.Length; row++)
        {
            var (end, fields) = Split(text, at);
            var slices = fields.ToArray();
            onRecord(new CsvRecord { Raw = text.AsSpan(at, end - at), Fields = slices, Row = row, Line = line });
            line += text.AsSpan(at, end - at).Count((byte)'\n') + 1;
            at = end + 1;
        }
    }

    private static (int End, List<FieldSlice> Fields) Split(byte[] text, int start)
    {
        var fields = new List<FieldSlice>();
        for (var at = start; ;)
        {
            var quoted = at < text.Length && text[at] == '"';
            var from = quoted ? ++at : at;
            var escaped = false;
            while (quoted && !(text[at] == '"' && (at + 1 == text.Length || text[at + 1] != '"')))
            {
                escaped |= text[at] == '"';
                at += text[at] == '"' ? 2 : 1;
            }

            while (!quoted && at < text.Length && text[at] is not ((byte)',' or (byte)'\n')) at++;
            fields.Add(new(from - start, at - from, escaped ? FieldQuoting.Escaped : quoted ? FieldQuoting.Quoted : FieldQuoting.None));
            if (quoted) at++;
            if (at == text.Length || text[at] == '\n') return (at, fields);
            at++;
        }
    }
}
