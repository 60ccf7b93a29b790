using System.Globalization;
using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Profile;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Profile;

public sealed class TableProfileTests
{
    private static readonly TableSchema Schema = Cleaned.Schema("""
        {"fields": [
          {"name": "i", "type": "integer"}, {"name": "n", "type": "number"}, {"name": "d", "type": "date"}, {"name": "dt", "type": "datetime"},
          {"name": "t", "type": "time"}, {"name": "y", "type": "year"}, {"name": "b", "type": "boolean"}, {"name": "s"}]}
        """);

    [Fact]
    public async Task DescribeAsync_Values_AreShownAsTheyAreWritten()
    {
        var figures = await DescribeAsync(Schema, Profile(Schema, """
            3,0.1,2024-01-02,2024-01-01T00:00:00Z,10:00:00,1999,true,abc
            -5,0.20,2023-12-31,2023-01-01T00:00:00Z,09:00:00,2001,true,é
            ,,,,,,,
            1,nan,,,,,,
            x,1,2024-01-01,,,,,rejected values do not count

            """));

        Assert.Equal(
            ("i", FieldType.Integer, 3, 1, 3, true),
            (figures[0].Name, figures[0].Type, figures[0].Count, figures[0].Missing, figures[0].Distinct, figures[0].IsDistinctExact));
        Assert.Equal(("-5", "3"), (figures[0].Minimum, figures[0].Maximum));
        Assert.Equal(-1 / 3.0, figures[0].Mean!.Value, 12);
        Assert.Equal(Math.Sqrt(52 / 3.0), figures[0].StandardDeviation!.Value, 12);
        Assert.Equal("1", figures[0].Quantiles!.P50);
        Assert.Equal(("0.1", "0.2", 3), (figures[1].Minimum, figures[1].Maximum, figures[1].Count));
        Assert.Equal(("2023-12-31", "2024-01-02", null), (figures[2].Minimum, figures[2].Maximum, figures[2].Mean));
        Assert.Equal(("2023-01-01T00:00:00", "2024-01-01T00:00:00"), (figures[3].Minimum, figures[3].Maximum));
        Assert.Equal(("09:00:00", "10:00:00"), (figures[4].Minimum, figures[4].Maximum));
        Assert.Equal(("1999", "2001"), (figures[5].Minimum, figures[5].Maximum));
        Assert.Equal((2, 1, null), (figures[6].Count, figures[6].Distinct, figures[6].Minimum));
        Assert.Equal([new("true", 2, 2)], figures[6].Frequent);
        Assert.Equal(("1", "3"), (figures[7].Minimum, figures[7].Maximum));
        Assert.Equal([new("1", "1", 1), new("2", "2", 0), new("3", "3", 1)], figures[7].Histogram);
    }

    [Fact]
    public async Task DescribeAsync_NoRecords_IsEmpty()
    {
        var figures = await DescribeAsync(Schema, Profile(Schema, ""));

        Assert.All(figures, f => Assert.Equal((0, 0, 0, null, null), (f.Count, f.Missing, f.Distinct, f.Minimum, f.Quantiles)));
        Assert.All(figures, f => Assert.Empty(f.Histogram));
    }

    [Theory]
    [InlineData("1e300", "-1e300")]
    [InlineData("1e308", "-1e308")]
    [InlineData("123456789012345678901234567890", "0.000000000000000000000000000001")]
    public async Task DescribeAsync_ExtremeNumbers_StayFinite(string first, string second)
    {
        var figures = (await DescribeAsync(Schema, Profile(Schema, $",{first},,,,,,\n,{second},,,,,,\n")))[1];

        Assert.Equal(2, figures.Count);
        Assert.NotNull(figures.Minimum);
        Assert.True(figures.StandardDeviation is null || double.IsFinite(figures.StandardDeviation.Value));
    }

    [Fact]
    public async Task MergeAsync_AnyCut_ShowsWhatOneReadingShows()
    {
        var random = new Random(3);
        string[] lines = [.. Enumerable.Range(0, 300).Select(_ => Line(random))];
        var whole = await DescribeAsync(Schema, Profile(Schema, string.Concat(lines)));
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var parts = new List<Stream>();
            for (var start = 0; start < lines.Length;)
            {
                var count = Math.Min(lines.Length - start, random.Next(1, 100));
                parts.Add(await WriteAsync(Profile(Schema, string.Concat(lines.Skip(start).Take(count)))));
                start += count;
            }

            using var merged = new MemoryStream();
            await TableProfile.MergeAsync(Schema, parts, merged, CancellationToken.None);
            merged.Position = 0;
            var figures = await TableProfile.DescribeAsync(Schema, merged, CancellationToken.None);
            foreach (var (expected, found) in whole.Zip(figures))
            {
                Assert.Equal(
                    expected with { Mean = null, StandardDeviation = null, Frequent = [], Histogram = [] },
                    found with { Mean = null, StandardDeviation = null, Frequent = [], Histogram = [] });
                Assert.Equal(expected.Mean ?? 0, found.Mean ?? 0, 9);
                Assert.Equal(expected.StandardDeviation ?? 0, found.StandardDeviation ?? 0, 9);
                Assert.Equal(expected.Frequent, found.Frequent);
                Assert.Equal(expected.Histogram, found.Histogram);
            }
        }
    }

    [Fact]
    public async Task MergeAsync_OtherTable_Throws()
    {
        var other = Cleaned.Schema("""{"fields": [{"name": "a"}]}""");
        var part = await WriteAsync(Profile(other, "x\n"));

        await Assert.ThrowsAsync<InvalidDataException>(() => TableProfile.MergeAsync(Schema, [part], Stream.Null, CancellationToken.None));
    }

    [Fact]
    public async Task WriteAsync_ThousandsOfColumns_StaysSmall()
    {
        var schema = new TableSchema([.. Enumerable.Range(0, 2_000).Select(i => new SchemaField($"c{i}"))]);
        var random = new Random(1);
        var text = new StringBuilder();
        for (var row = 0; row < 200; row++) text.AppendJoin(',', Enumerable.Range(0, 2_000).Select(_ => random.Next())).Append('\n');

        var written = await WriteAsync(Profile(schema, text.ToString()));

        Assert.InRange(written.Length, 1, 20_000_000);
        Assert.All(await TableProfile.DescribeAsync(schema, written, CancellationToken.None), f => Assert.InRange(f.Distinct, 180, 200));
    }

    private static TableProfile Profile(TableSchema schema, string text)
    {
        var profile = new TableProfile(schema);
        var writer = new ProfileWriter(profile);
        var cleaner = new RecordCleaner(schema);
        NaiveCsv.Read(text, (in r) => cleaner.TryClean(r, writer, out _));
        return profile;
    }

    private static async Task<MemoryStream> WriteAsync(TableProfile profile)
    {
        var stream = new MemoryStream();
        await profile.WriteAsync(stream, CancellationToken.None);
        stream.Position = 0;
        return stream;
    }

    private static async Task<IReadOnlyList<ColumnFigures>> DescribeAsync(TableSchema schema, TableProfile profile) =>
        await TableProfile.DescribeAsync(schema, await WriteAsync(profile), CancellationToken.None);

    private static string Line(Random random)
    {
        var time = new DateTime(2020, 1, 1).AddSeconds(random.Next(100_000_000))
            .ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        var number = (random.Next(-1000, 1000) / 100m).ToString(CultureInfo.InvariantCulture);
        return $"{random.Next(-50, 50)},{number},{time[..10]},{time},{time[11..]},{random.Next(1900, 2100)}," +
            $"{(random.Next(2) == 0 ? "true" : "")},{new string('x', random.Next(9))}\n";
    }
}
