using System.Collections.Concurrent;
using Serverless.CsvParsing;

namespace Serverless.TestSupport.Csv;

/// <summary>Reads everything into plain values.</summary>
internal static class Records
{
    /// <summary>Refills at nearly every record, and 64-byte blocks that end anywhere.</summary>
    public static CsvLimits Tiny { get; } = new(7, 4096, 1024);

    private static readonly ConcurrentDictionary<CsvDialect, FieldDecoder> Decoders = new();

    public static async Task<List<PlainRecord>> ReadAsync(Stream stream, CsvDialect dialect, CsvLimits? limits = null)
    {
        using var reader = new CsvRecordReader(stream, dialect, 0, limits ?? Tiny);
        var records = new List<PlainRecord>();
        do
        {
            while (reader.TryRead()) records.Add(Copy(reader.Current, reader.Position, dialect));
        }
        while (await reader.FillAsync(default));

        return records;
    }

    public static PlainRecord Copy(CsvRecord record, long position, CsvDialect dialect)
    {
        var fields = new List<byte[]>();
        for (var i = 0; i < record.Fields.Length; i++) fields.Add(Text(record, i, dialect));
        return new PlainRecord(position, record.Row, record.Line, record.Unclosed, record.Raw.ToArray(), fields);
    }

    private static byte[] Text(CsvRecord record, int field, CsvDialect dialect)
    {
        var bytes = record[field].ToArray();
        if (!record.Fields[field].IsEscaped) return bytes;
        var text = new byte[bytes.Length];
        return text[..Decoders.GetOrAdd(dialect, d => new FieldDecoder(d)).Decode(bytes, record.Fields[field].Quoting, text)];
    }
}
