using Parquet;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>The records of Parquet files with a number and a text.</summary>
internal static class ParquetRecords
{
    /// <summary>Reads a file whole.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(byte[] content)
    {
        var records = new List<string>();
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(content));
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            var numbers = new long?[group.RowCount];
            var texts = new ReadOnlyMemory<char>?[group.RowCount];
            await group.ReadAsync<long>(reader.Schema.DataFields[0], numbers.AsMemory());
            await group.ReadAsync<ReadOnlyMemory<char>>(reader.Schema.DataFields[1], texts.AsMemory());
            records.AddRange(numbers.Zip(texts, (number, text) => $"{number}|{text}"));
        }

        Assert.Equal(records.Count, reader.Metadata!.NumRows);
        return records;
    }
}
