using Parquet;
using Parquet.Schema;

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

    /// <summary>Reads a file with columns of any types whole.</summary>
    public static async Task<IReadOnlyList<string>> ReadAllAsync(byte[] content)
    {
        var records = new List<string>();
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(content));
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            var columns = new List<string[]>();
            foreach (var field in reader.Schema.DataFields)
            {
                columns.Add(field.ClrType == typeof(long) ? await ReadAsync<long>(group, field)
                    : field.ClrType == typeof(double) ? await ReadAsync<double>(group, field)
                    : await ReadAsync<ReadOnlyMemory<char>>(group, field));
            }

            records.AddRange(Enumerable.Range(0, (int)group.RowCount).Select(row => string.Join('|', columns.Select(c => c[row]))));
        }

        Assert.Equal(records.Count, reader.Metadata!.NumRows);
        return records;
    }

    private static async Task<string[]> ReadAsync<T>(ParquetRowGroupReader group, DataField field)
        where T : struct
    {
        var values = new T?[group.RowCount];
        await group.ReadAsync<T>(field, values.AsMemory());
        return [.. values.Select(v => $"{v}")];
    }
}
