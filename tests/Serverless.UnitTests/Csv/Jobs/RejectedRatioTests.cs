using Serverless.CsvJobs.Run;

namespace Serverless.UnitTests.Csv.Jobs;

public sealed class RejectedRatioTests
{
    [Theory]
    [InlineData(null, 100, 100, 0, false)]
    [InlineData(0.0, 0, 100, 0, false)]
    [InlineData(0.0, 1, 100, 1_000_000, true)]
    [InlineData(0.29, 29, 100, 0, false)]
    [InlineData(0.29, 30, 100, 0, true)]
    [InlineData(0.1, 50, 50, 899, false)]
    [InlineData(0.1, 50, 50, 898, true)]
    [InlineData(1.0, 100, 100, 0, false)]
    public void IsExceeded_ShortestPossibleRecords_DecidesTheProof(
        double? ratio, long rejected, long rows, long remaining, bool expected) =>
        Assert.Equal(expected, RejectedRatio.IsExceeded(ratio, rejected, rows, remaining, columns: 2));
}
