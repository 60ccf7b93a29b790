using Serverless.Csv.Output;
using Serverless.CsvJobs;

namespace Serverless.UnitTests.Csv.Jobs;

public sealed class CsvJobIdTests
{
    [Fact]
    public void Create_SameParts_SameId() =>
        Assert.Equal(
            CsvJobId.Create("a.csv", "e", new CsvJobOptions(ChunkBytes: 5)), CsvJobId.Create(
                "a.csv", "e", new CsvJobOptions(ChunkBytes: 5)));

    [Fact]
    public void Create_AnyPartDiffers_OtherId()
    {
        string[] ids =
        [
            CsvJobId.Create("a.csv", "e", new CsvJobOptions()),
            CsvJobId.Create("a.csve", "", new CsvJobOptions()),
            CsvJobId.Create("a.csv", "f", new CsvJobOptions()),
            CsvJobId.Create("a.csv", "e", new CsvJobOptions(CsvOutput.Jsonl)),
            CsvJobId.Create("a.csv", "e", new CsvJobOptions(SchemaHash: "x")),
            CsvJobId.Create("a.csv", "e", new CsvJobOptions(), force: "1"),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Create_FitsDurableTask_AsAnInstanceId() =>
        Assert.Matches("^[a-z0-9-]{1,100}$", CsvJobId.Create(new string('x', 900), "\"0x8D\"", new CsvJobOptions()));
}
