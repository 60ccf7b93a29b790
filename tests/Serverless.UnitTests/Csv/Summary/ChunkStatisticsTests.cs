using System.Globalization;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Summary;

public sealed class ChunkStatisticsTests
{
    private static readonly TableSchema Schema = Cleaned.Schema("""
        {"fields": [
          {"name": "i", "type": "integer"}, {"name": "n", "type": "number"}, {"name": "d", "type": "date"},
          {"name": "dt", "type": "datetime"}, {"name": "t", "type": "time"}, {"name": "y", "type": "year"}, {"name": "s"}]}
        """);

    [Fact]
    public void Statistics_Values_AreMeasured()
    {
        var columns = Cleaned.From(
            Schema,
            "3,0.1,2024-01-02,2024-01-01T00:00:00Z,10:00:00,0044,abc\n-5,0.20,2023-12-31,2023-01-01T00:00:00.5Z,09:00:00.25,1999,é\n" +
            ",,,,,,\n1,nan,,,,,\nx,,,,,,rejected values do not count\n").Statistics.Columns;

        Assert.Equal(new("i", FieldType.Integer) { Count = 3, Missing = 1, Minimum = "-5", Maximum = "3", Sum = "-1" }, columns[0]);
        Assert.Equal(
            new(
                "n", FieldType.Number)
            { Count = 3, Missing = 1, Minimum = "0.1", Maximum = "0.2", Sum = "0.3", Unmeasured = 1 },
                columns[1]);
        Assert.Equal(("2023-12-31", "2024-01-02"), (columns[2].Minimum, columns[2].Maximum));
        Assert.Equal(("2023-01-01T00:00:00.5Z", "2024-01-01T00:00:00Z"), (columns[3].Minimum, columns[3].Maximum));
        Assert.Equal(("09:00:00.25", "10:00:00"), (columns[4].Minimum, columns[4].Maximum));
        Assert.Equal(("0044", "1999"), (columns[5].Minimum, columns[5].Maximum));
        Assert.Equal((1, 3), (columns[6].MinLength, columns[6].MaxLength));
        Assert.Equal(-1.0 / 3, columns[0].Mean);
        Assert.Equal(0.15, columns[1].Mean);
    }

    [Theory]
    [InlineData("9223372036854775807", "9223372036854775807", "18446744073709551614")]
    [InlineData("-999999999999999999", "-999999999999999999", "-1999999999999999998")]
    [InlineData("1e30", "0.001", "1000000000000000000000000000000.001")]
    [InlineData("1e400", "-1e400", "0")]
    [InlineData("0.1", "0.9", "1")]
    public void Statistics_Sum_IsExact(string first, string second, string sum)
    {
        var cleaned = Cleaned.From(Schema, $",{first},,,,,\n,{second},,,,,\n");

        Assert.Empty(cleaned.Faults);
        Assert.Equal(sum, cleaned.Statistics.Columns[1].Sum);
    }

    [Theory]
    [InlineData("999999999999999999", "39999999999999999960")]
    [InlineData("-999999999999999999", "-39999999999999999960")]
    [InlineData("0.999999999999999999", "39.99999999999999996")]
    public void Statistics_SumBeyond64Bits_IsExact(string value, string sum)
    {
        var cleaned = Cleaned.From(Schema, string.Concat(Enumerable.Repeat($",{value},,,,,\n", 40)));

        Assert.Equal(sum, cleaned.Statistics.Columns[1].Sum);
    }

    [Fact]
    public void Merge_AnyChunking_IsTheSameAsOneReading()
    {
        var random = new Random(20240229);
        string[] lines = [.. Enumerable.Range(0, 400).Select(_ => Line(random))];
        var whole = Cleaned.From(Schema, string.Concat(lines)).Statistics.ToJson();

        for (var attempt = 0; attempt < 20; attempt++)
        {
            var parts = new List<ChunkStatistics>();
            for (var start = 0; start < lines.Length;)
            {
                var count = Math.Min(lines.Length - start, random.Next(1, 100));
                var part = Cleaned.From(Schema, string.Concat(lines.Skip(start).Take(count))).Statistics;
                parts.Add(ChunkStatistics.FromJson(part.ToJson()).Shift(start, start));
                start += count;
            }

            ChunkStatistics[] shuffled = [.. parts];
            random.Shuffle(shuffled);
            Assert.Equal(whole, shuffled.Aggregate(new ChunkStatistics(), (a, b) => a.Merge(b)).ToJson());
        }
    }

    [Fact]
    public void Create_Summary_ShowsCountsAndTopReasons()
    {
        var statistics = Cleaned.From(Schema, "1,1,,,,,\n\nx,,,,,,\ny,,,,,,\n1\n,x,,,,,\n").Statistics;

        var summary = JobSummary.FromJson(JobSummary.Create(statistics, 1000, TimeSpan.FromSeconds(2), 4, 1).ToJson());

        Assert.Equal(
            (6, 1, 5, 3, 4, 1),
            (summary.Rows, summary.Accepted, summary.Rejected, summary.RowsPerSecond, summary.Chunks, summary.ChunksReadTwice));
        Assert.Equal([new("type-error", 3), new("blank-row", 1), new("missing-cell", 1)], summary.CountsByCode);
        Assert.Equal(3, summary.TopReasons.Count);
        Assert.Equal(
            ("i", 2, 3, 3),
            (summary.TopReasons[0].Field, summary.TopReasons[0].Count, summary.TopReasons[0].Row, summary.TopReasons[0].Line));
        Assert.Equal(FieldType.DateTime, summary.Columns[3].Type);
    }

    private static string Line(Random random)
    {
        var number = random.Next(6) switch
        {
            0 => "",
            1 => "NaN",
            2 => $"{random.Next(10)}e{random.Next(-30, 30)}",
            3 => $"-{random.NextInt64()}{random.NextInt64()}.{random.Next()}",
            4 => "x",
            _ => (random.Next(-1000, 1000) / 100m).ToString(CultureInfo.InvariantCulture),
        };
        var time = new DateTime(2020, 1, 1).AddSeconds(random.Next(100_000_000))
            .ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        return $"{random.NextInt64(-5, 5)},{number},{time[..10]},{time}{(random.Next(2) == 0 ? "Z" : "")},{time[11..]}," +
            $"{random.Next(1, 9999):D4},{new string('x', random.Next(5))}\n";
    }
}
