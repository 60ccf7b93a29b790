using System.Runtime.InteropServices;
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

    private const string PageSchema =
        """{"fields": [{"name": "i", "type": "integer"}, {"name": "b", "type": "boolean"}, {"name": "s"}]}""";

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

    // A reader passes over row groups by them: one that is wrong hides records.
    [Fact]
    public async Task Write_LeastAndGreatestValues_AreThoseOfTheRowGroup()
    {
        using var file = await WriteAsync(
            "7,1.5,true,2024-02-29,12:30:00.25,2024-02-29T12:30:00.123456Z,1999,hé\n,,,,,,,\n" +
            "9,0,true,1066-01-01,01:00:00,1066-01-01T00:00:00Z,0044,z\n" +
            "-1,-2.5,false,2024-03-01,23:59:59,2024-02-29T12:30:00.123457Z,2000,hf\n99,x,,,,,9999,zz\n");
        await using var reader = await ParquetReader.CreateAsync(file);

        Assert.Equal((Bytes(-1L), Bytes(9L)), Bounds(reader, 0));
        Assert.Equal((Bytes(-2.5), Bytes(1.5)), Bounds(reader, 1));
        Assert.Equal((Bytes(-330_179), Bytes(19_783)), Bounds(reader, 3));
        Assert.Equal((Bytes(3_600_000_000L), Bytes(86_399_000_000L)), Bounds(reader, 4));
        Assert.Equal((Bytes(-330_179 * 86_400_000_000L), Bytes(1_709_209_800_123_457L)), Bounds(reader, 5));
        Assert.Equal((Bytes(44), Bytes(2000)), Bounds(reader, 6));
        Assert.Equal(("6866", "7A"), Bounds(reader, 7));
        Assert.All(reader.Metadata!.RowGroups[0].Columns, c => Assert.Equal(1, c.MetaData!.Statistics!.NullCount));
    }

    [Theory]
    [InlineData("1.5", "NaN", 1, null, null)]
    [InlineData("INF", "INF", 1, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("0", "0", 1, -0.0, 0.0)]
    [InlineData("", "", 1, null, null)]
    public async Task Write_NumbersAtTheEdge_HaveBoundsThatReadersAgreeOn(string first, string second, int column, double? min, double? max)
    {
        using var file = await WriteAsync($",{first},,,,,,\n,{second},,,,,,\n");
        await using var reader = await ParquetReader.CreateAsync(file);

        Assert.Equal((min is { } m ? Bytes(m) : null, max is { } x ? Bytes(x) : null), Bounds(reader, column));
    }

    [Fact]
    public async Task Write_LongTexts_AreNoBounds()
    {
        using var file = await WriteAsync($",,,,,,,a\n,,,,,,,{new string('b', 65)}\n");
        await using var reader = await ParquetReader.CreateAsync(file);

        Assert.Equal((null, null), Bounds(reader, 7));
    }

    // Pages end by their bytes and by their rows; records that are dropped stand where one ends, and behind the last.
    [Theory]
    [InlineData(70_000, 1, 5)]
    [InlineData(70_000, 3, 1)]
    [InlineData(131_072, 131_071, 65_535)]
    [InlineData(20_000, 7, 20_000)]
    public async Task Write_ManyPages_DroppedRecords_AreReadBack(int rows, int valueEvery, int dropEvery)
    {
        using var file = new MemoryStream();
        await using (var writer = new ParquetRecordWriter(Cleaned.Schema(PageSchema)))
        {
            for (var row = 0; row < rows; row++)
            {
                if (row % dropEvery == 0) Write(writer, "999"u8, false, "dropped, and longer than what takes its place"u8, isKept: false);
                var text = Encoding.UTF8.GetBytes($"text {row}");
                if (row % valueEvery == 0) Write(writer, Encoding.UTF8.GetBytes($"{row}"), row % 5 == 0, text, isKept: true);
                else Write(writer, default, null, text, isKept: true);
            }

            Write(writer, "999"u8, true, "dropped"u8, isKept: false);
            await writer.CompleteAsync();
            file.Write(writer.Pending.Span);
        }

        file.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(file);
        using var group = reader.OpenRowGroupReader(0);
        var numbers = Enumerable.Range(0, rows).ToList();
        Assert.Equal(numbers.Select(r => r % valueEvery == 0 ? (long?)r : null), await ReadAsync<long>(reader, group, 0));
        Assert.Equal(numbers.Select(r => r % valueEvery == 0 ? (bool?)(r % 5 == 0) : null), await ReadAsync<bool>(reader, group, 1));
        Assert.Equal(numbers.Select(r => $"text {r}"), await ReadTextsAsync(reader, group, 2));
        Assert.Equal((Bytes(0L), Bytes((long)((rows - 1) / valueEvery * valueEvery))), Bounds(reader, 0));
    }

    // Eight ranges write one each at once.
    [Fact]
    public async Task Write_ARowGroup_TakesLittleMoreMemoryThanItsBytes()
    {
        await using var writer = new ParquetRecordWriter(Cleaned.Schema(PageSchema));
        var before = GC.GetAllocatedBytesForCurrentThread();

        while (writer.Buffered < 8 << 20) Write(writer, "1234567"u8, true, "one of many texts"u8, isKept: true);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, writer.Buffered / 2);
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

    private static void Write(ParquetRecordWriter writer, ReadOnlySpan<byte> number, bool? flag, ReadOnlySpan<byte> text, bool isKept)
    {
        writer.Begin();
        if (number.IsEmpty) writer.WriteMissing();
        else writer.WriteInteger(number);
        if (flag is { } value) writer.WriteBoolean(value);
        else writer.WriteMissing();
        writer.WriteText(text, formulaSafe: false);
        if (isKept) writer.Commit();
        else writer.Rollback();
    }

    private static (string? Min, string? Max) Bounds(ParquetReader reader, int column)
    {
        var statistics = reader.Metadata!.RowGroups[0].Columns[column].MetaData!.Statistics!;
        return (Format(statistics.MinValue), Format(statistics.MaxValue));
    }

    private static string? Format(byte[]? value) => value is null ? null : Convert.ToHexString(value);

    private static string Bytes<T>(T value)
        where T : unmanaged => Convert.ToHexString(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

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
