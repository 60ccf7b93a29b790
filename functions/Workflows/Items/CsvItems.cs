using System.Text.Json;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Sniffing;
using Serverless.Tasks;

namespace Serverless.Workflows.Items;

/// <summary>
/// Writes the records of a CSV as JSON Lines: objects with the header's names, values as they stand, missing cells left out.
/// </summary>
internal static class CsvItems
{
    private const int Batch = 1 << 16;

    /// <exception cref="TaskValidationException">It is no text.</exception>
    public static async Task WriteAsync(Stream csv, Stream target, CancellationToken cancellationToken)
    {
        var sample = new byte[DialectSniffer.SampleBytes];
        var length = await csv.ReadAtLeastAsync(sample, sample.Length, throwOnEndOfStream: false, cancellationToken);
        Require(FileKind.FindPackedToo(sample.AsSpan(0, length)));
        var sniffed = DialectSniffer.Sniff(sample.AsSpan(0, length), isWhole: length < sample.Length, new DialectOptions(HasHeader: true));
        Require(sniffed.IsBinary ? "binary data" : null);
        await using var text = new PrefixedStream(sample.AsMemory(sniffed.MarkLength, length - sniffed.MarkLength), csv);
        using var reader = new CsvRecordReader(text, sniffed.Dialect, sniffed.MarkLength);
        var header = await HeaderReader.ReadAsync(reader, sniffed.Dialect, cancellationToken);
        var names = ColumnNames.Of(header.Names);
        var decoder = new FieldDecoder(sniffed.Dialect);
        using var buffer = new MemoryStream();
        do
        {
            while (reader.TryRead())
            {
                if (!reader.Current.IsBlank) Write(reader.Current, names, decoder, buffer);
                if (buffer.Length < Batch) continue;
                await target.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken);
                buffer.SetLength(0);
            }
        }
        while (await reader.FillAsync(cancellationToken));

        await target.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken);
    }

    private static void Require(string? otherKind)
    {
        if (otherKind is not null) throw new TaskValidationException($"The blob of items is {otherKind}, not CSV: unpack or " +
            $"export it first.");
    }

    private static void Write(CsvRecord record, IReadOnlyList<string> names, FieldDecoder decoder, MemoryStream buffer)
    {
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            for (var i = 0; i < Math.Min(names.Count, record.Fields.Length); i++)
                writer.WriteString(names[i], decoder.DecodeText(record, i));
            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
    }
}
