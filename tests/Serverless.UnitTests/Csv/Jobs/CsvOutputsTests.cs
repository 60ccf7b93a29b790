using Serverless.CsvJobs;

namespace Serverless.UnitTests.Csv.Jobs;

public sealed class CsvOutputsTests
{
    [Theory]
    [InlineData("clean.csv")]
    [InlineData("clean.jsonl.gz")]
    [InlineData("clean.parquet")]
    [InlineData("clean/country=SE/records.csv")]
    [InlineData("clean/country=SE/records.jsonl.gz")]
    [InlineData("clean/country=SE/records.parquet")]
    [InlineData("rejects.csv")]
    public void NameOf_APathWithinAFolder_IsTheResultsWholeName(string name)
    {
        Assert.Equal(name, CsvOutputs.NameOf($"processed/orders/csv-1/{name}"));
        Assert.True(CsvOutputs.IsName(name));
    }

    [Theory]
    [InlineData("clean.parquet.gz")]
    [InlineData("cleaner.csv")]
    [InlineData("clean/SE/records.csv")]
    [InlineData("notes.txt")]
    public void IsName_OtherFiles_AreNone(string name) => Assert.False(CsvOutputs.IsName(name));
}
