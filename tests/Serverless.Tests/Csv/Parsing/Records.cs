using Serverless.Csv.Parsing;

namespace Serverless.Tests.Csv.Parsing;

/// <summary>Reads everything into plain values.</summary>
internal static class Records
{
    /// <summary>Refills at nearly every record, and 64-byte blocks that end anywhere.</summary>
    public static CsvLimits Tiny { get; } = new(7, 4096, 1024);

    public static async Task<List<PlainRecord>> ReadAsync(Stream stream, CsvDialect dialect, CsvLimits? limits = null)
    {
        using var reader = new CsvRecordReader(stream, dialect, 0, limits ?? Tiny);
        var records = new List<PlainRecord>();
        do
        {
            while (reader.TryRead()) records.Add(Copy(reader.Current, reader.Position, dialect.Quote));
        }
        while (await reader.FillAsync(default));

        return records;
    }

    public static PlainRecord Copy(CsvRecord record, long position, char quote)
    {
        var fields = new List<byte[]>();
        for (var i = 0; i < record.Fields.Length; i++) fields.Add(Text(record, i, quote));
        return new PlainRecord(position, record.Row, record.Line, record.Unclosed, record.Raw.ToArray(), fields);
    }

    private static byte[] Text(CsvRecord record, int field, char quote)
    {
        var bytes = record[field].ToArray();
        if (record.Fields[field].Quoting != FieldQuoting.Escaped) return bytes;
        var text = new byte[bytes.Length];
        return text[..FieldText.Unescape(bytes, (byte)quote, text)];
    }
}
