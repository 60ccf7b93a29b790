using System.Text;
using Parquet;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Output;

public sealed class ParquetRecordWriterTests
{
    private const string Schema = """
        {"fields": [
          {"name": "i", "type": "integer"}, {"name": "n", "type": "number"}, {"name": "b", "type": "boolean"},
          {"name": "d", "type": "date"}, {"name": "t", "type": "time"}, {"name": "dt", "type": "datetime"},
          {"name": "y", "type": "year"}, {"name": "s"}]}
        """;

    [Fact]
    public async Task Write_AllTypes_AreReadBack()
    {
        using var file = await WriteAsync(
            "7,1.5,true,2024-02-29,12:30:00.25,2024-02-29T12:30:00.123456Z,1999,hé\n,,,,,,,\n1,x,true,,,,,lost\n" +
            "-1,-INF,0,0001-01-01,23:59:59,1969-12-31T23:59:59Z,0044,\"a,b\"\n");
        await using var reader = await ParquetReader.CreateAsync(file);
        using var group = reader.OpenRowGroupReader(0);

        Assert.Equal(3, group.RowCount);
        Assert.Equal([7L, null, -1L], await ReadAsync<long>(reader, group, 0));
        Assert.Equal([1.5, null, double.NegativeInfinity], await ReadAsync<double>(reader, group, 1));
        Assert.Equal([true, null, false], await ReadAsync<bool>(reader, group, 2));
        Assert.Equal([new DateTime(2024, 2, 29), null, new DateTime(1, 1, 1)], await ReadAsync<DateTime>(reader, group, 3));
        Assert.Equal([45_000_250_000L, null, 86_399_000_000L], await ReadAsync<long>(reader, group, 4));
        Assert.Equal(
            [new DateTime(2024, 2, 29, 12, 30, 0, 123, 456), null, new DateTime(1969, 12, 31, 23, 59, 59)],
            await ReadAsync<DateTime>(reader, group, 5));
        Assert.Equal([1999, null, 44], await ReadAsync<int>(reader, group, 6));
        Assert.Equal<string?[]>(["hé", null, "a,b"], await ReadTextsAsync(reader, group, 7));
    }

    [Fact]
    public async Task FlushAsync_Often_EndsARowGroupEachTime()
    {
        var lines = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{i},,,,,,,text {i}\n"));
        using var file = await WriteAsync(lines, flushAt: 30_000);
        await using var reader = await ParquetReader.CreateAsync(file);

        Assert.True(reader.RowGroupCount > 3);
        var next = 0L;
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            var texts = await ReadTextsAsync(reader, group, 7);
            foreach (var (row, value) in (await ReadAsync<long>(reader, group, 0)).Index())
            {
                Assert.Equal($"text {value}", texts[row]);
                Assert.Equal(next++, value);
            }
        }

        Assert.Equal(5_000, next);
    }

    // The room for rows grows with a value that is there and with one that is missing.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Write_ManyRows_MissingAndPresentTexts_AreReadBack(int missing)
    {
        var lines = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{i},,,,,,,{(i % 2 == missing ? "" : $"text {i}")}\n"));
        using var file = await WriteAsync(lines);
        await using var reader = await ParquetReader.CreateAsync(file);
        using var group = reader.OpenRowGroupReader(0);

        var expected = Enumerable.Range(0, 5_000).Select(i => i % 2 == missing ? null : $"text {i}");
        Assert.Equal(expected, await ReadTextsAsync(reader, group, 7));
    }

    [Fact]
    public async Task CompleteAsync_NoRecords_IsAFileWithoutRows()
    {
        using var file = await WriteAsync("");
        await using var reader = await ParquetReader.CreateAsync(file);

        Assert.Equal(0, reader.RowGroupCount);
        Assert.Equal(["i", "n", "b", "d", "t", "dt", "y", "s"], reader.Schema.DataFields.Select(f => f.Name));
    }

    [Fact]
    public async Task Write_IntegerOver64Bits_IsRefusedByTheCleaner()
    {
        using var file = await WriteAsync("9223372036854775807,,,,,,,\n9223372036854775808,,,,,,,\n-9223372036854775808,,,,,,,\n");
        await using var reader = await ParquetReader.CreateAsync(file);
        using var group = reader.OpenRowGroupReader(0);

        Assert.Equal([long.MaxValue, long.MinValue], await ReadAsync<long>(reader, group, 0));
    }

    private static async Task<MemoryStream> WriteAsync(string text, int flushAt = int.MaxValue)
    {
        var schema = Cleaned.Schema(Schema);
        await using var writer = new ParquetRecordWriter(schema);
        var cleaner = new RecordCleaner(schema, CsvOutput.Parquet);
        var file = new MemoryStream();
        foreach (var line in text.Split('\n').SkipLast(1))
        {
            NaiveCsv.Read(Encoding.UTF8.GetBytes(line), (in r) => cleaner.TryClean(r, writer, out _));
            if (writer.Buffered < flushAt) continue;
            await writer.FlushAsync();
            file.Write(writer.Pending.Span);
            writer.Clear();
        }

        await writer.CompleteAsync();
        file.Write(writer.Pending.Span);
        file.Position = 0;
        return file;
    }

    private static async Task<T?[]> ReadAsync<T>(ParquetReader reader, ParquetRowGroupReader group, int column)
        where T : struct
    {
        var values = new T?[group.RowCount];
        await group.ReadAsync<T>(reader.Schema.DataFields[column], values.AsMemory());
        return values;
    }

    private static async Task<string?[]> ReadTextsAsync(ParquetReader reader, ParquetRowGroupReader group, int column) =>
        [.. (await ReadAsync<ReadOnlyMemory<char>>(reader, group, column)).Select(text => text?.ToString())];
}
