using System.Text;
using System.Text.RegularExpressions;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Output;

public sealed class PartitionTests
{
    [Theory]
    [InlineData("SE", "country=SE")]
    [InlineData("2024-01-31", "country=2024-01-31")]
    [InlineData("a b/c\\d", "country=a%20b%2Fc%5Cd")]
    [InlineData("..", "country=.%2E")]
    [InlineData("A.", "country=A%2E")]
    [InlineData("é%", "country=%C3%A9%25")]
    [InlineData("", "country=")]
    [InlineData(null, "country=__HIVE_DEFAULT_PARTITION__")]
    [InlineData("__HIVE_DEFAULT_PARTITION__", "country=%5F_HIVE_DEFAULT_PARTITION__")]
    public void Name_OfAValue_IsThatOfHive(string? value, string expected) => Assert.Equal(expected, PartitionName.Of("country", value));

    [Fact]
    public void Name_OfWhateverValues_IsSafeShortAndTheirOwn()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 3_000)
            .Select(i => Enumerable.Range(0, random.Next(1, i % 10 == 0 ? 2_000 : 8)).Select(_ => (char)random.Next(1, 0xD800)))
            .Select(c => new string([.. c])).Distinct().ToList();
        values.AddRange([new string('x', 500), new string('x', 501), "CON", "a\0b", "\n", "~", "../../etc/passwd"]);

        var names = values.Select(v => PartitionName.Of("c/d", v)).ToList();

        Assert.Equal(values.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, n => Assert.Matches(new Regex("^c%2Fd=([A-Za-z0-9_.~-]|%[0-9A-F]{2})*$"), n));
        Assert.All(names, n => Assert.InRange(n.Length, 1, 130));
    }

    [Fact]
    public async Task Writer_DealsRecordsOut_AndRefusesTooManyValues()
    {
        var schema = Cleaned.Schema("""{"fields":[{"name":"id","type":"integer"},{"name":"c","x-drop":true},{"name":"n"}]}""");
        await using var writer = new PartitionWriter(RecordWriters.Create(schema, CsvOutput.Csv), "c", 1, limit: 3);
        var cleaner = new RecordCleaner(schema);
        NaiveCsv.Read("1,a,x\n2,,y\nx,b,z\n3,a,\"q,q\"\n4,b,w\n", (in r) => cleaner.TryClean(r, writer, out _));

        Assert.Equal(
            ["c=__HIVE_DEFAULT_PARTITION__: 2,y\n", "c=a: 1,x\n3,\"q,q\"\n", "c=b: 4,w\n"],
            writer.Partitions.Select(p => $"{p.Name}: {Encoding.UTF8.GetString(p.Bytes.Span)}").Order(StringComparer.Ordinal));
        Assert.Equal(writer.Partitions.Sum(p => p.Bytes.Length), writer.Buffered);
        writer.Clear();
        Assert.Equal((0, 0), (writer.Buffered, writer.Partitions.Sum(p => p.Bytes.Length)));

        NaiveCsv.Read("5,a,x\n", (in r) => cleaner.TryClean(r, writer, out _));
        var refused = Assert.Throws<InvalidDataException>(
            () => NaiveCsv.Read("6,d,x\n", (in r) => cleaner.TryClean(r, writer, out _)));
        Assert.Contains("The column c has more than 3 values", refused.Message, StringComparison.Ordinal);
    }
}
