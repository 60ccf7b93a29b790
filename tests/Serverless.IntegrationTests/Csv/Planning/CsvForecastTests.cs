using System.Text;
using System.Text.Json.Nodes;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Preview;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Jobs;
using Serverless.TestSupport;
using Xunit.Abstractions;

namespace Serverless.IntegrationTests.Csv.Planning;

[Collection(AzuriteTests.Name)]
public sealed class CsvForecastTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    [Theory]
    [InlineData(50_000, 0, 100_000, "csv")]
    [InlineData(50_000, 7, 100_000, "csv")]
    [InlineData(50_000, 7, 100_000, "jsonl")]
    [InlineData(20_000, 0, 50_000, "parquet")]
    [InlineData(10, 0, 100_000, "csv")]
    public async Task Of_Job_CountsWhatTheJobAsksOfStorage(int rows, int badEvery, int chunkBytes, string format)
    {
        var requests = new CountedRequests(azurite.ConnectionString);
        await using var host = await CsvHost.StartAsync(azurite, overrides: requests.Register);
        var text = new StringBuilder("id,word\n");
        for (var i = 0; i < rows; i++) text.Append(badEvery > 0 && i % badEvery == 0 ? "x" : $"{i}").Append(",some words of text\n");
        var file = Encoding.ASCII.GetBytes(text.ToString());
        var schema = JsonNode.Parse("""{"fields":[{"name":"id","type":"integer"},{"name":"word","type":"string"}]}""");

        var status = await host.RunAsync(
            $"forecast/{Guid.NewGuid():N}.csv", file,
            new JsonObject { ["chunkBytes"] = chunkBytes, ["output"] = format, ["schema"] = schema });

        Assert.Equal(CsvJobState.Completed, status.State);
        var options = new CsvJobOptions(Enum.Parse<CsvOutput>(format, ignoreCase: true), ChunkBytes: chunkBytes);
        var forecast = CsvForecast.Of(
            new(
                file.Length, IsCompressed: false, file.Length * (format == "jsonl" ? 3 : 1), badEvery > 0
                    ? rows / badEvery : 0, options, null), new CsvSettings());
        output.WriteLine($"{forecast}");
        output.WriteLine($"asked for: {requests.BlobReads} reads, {requests.BlobWrites} writes, {requests.Tables} of tables");
        Near(forecast.BlobReads, requests.BlobReads);
        Near(forecast.BlobWrites, requests.BlobWrites);
    }

    [Fact]
    public void Of_Speed_IsSharedByWhatIsAtWork()
    {
        var basis = new CsvForecastBasis(320 << 20, IsCompressed: false, 320 << 20, 0, new CsvJobOptions(), new Speed(10 << 20));

        var forecast = CsvForecast.Of(basis, new CsvSettings { MaxParallel = 8 });

        Assert.Equal((32, 8, TimeSpan.FromSeconds(4), 35), (forecast.Ranges, forecast.Parallel, forecast.Time, forecast.Activities));
    }

    [Fact]
    public void Of_SlowRanges_LooksForTheJobByTheClock()
    {
        var slow = new CsvForecastBasis(320 << 20, IsCompressed: false, 320 << 20, 0, new CsvJobOptions(), new Speed(1 << 20));
        var settings = new CsvSettings { MaxParallel = 8, CancelPoll = TimeSpan.FromSeconds(2) };

        // 32 ranges of ten seconds: six looks each.
        Assert.Equal(17 + (32 * 6), CsvForecast.Of(slow, settings).TableRequests);
        Assert.Equal(17 + 32, CsvForecast.Of(slow with { Speed = new Speed(100 << 20) }, settings).TableRequests);
    }

    [Fact]
    public void Of_LargerFile_TakesNoMoreMemory()
    {
        var small = CsvForecast.Of(new(1L << 30, false, 1L << 30, 0, new CsvJobOptions(), null), new CsvSettings());
        var large = CsvForecast.Of(new(40L << 30, false, 40L << 30, 0, new CsvJobOptions(), null), new CsvSettings());

        Assert.Equal(small.MemoryBytes, large.MemoryBytes);
    }

    [Fact]
    public void Of_CompressedFile_HasOneReader()
    {
        var forecast = CsvForecast.Of(new(1L << 30, IsCompressed: true, 5L << 30, 0, new CsvJobOptions(), null), new CsvSettings());

        Assert.Equal((1, 1, 0L, null), (forecast.Ranges, forecast.Parallel, forecast.RangeBytes, forecast.Time));
    }

    // A tenth: a range may end inside a block, and a record read further.
    private static void Near(long forecast, int counted) =>
        Assert.InRange(counted, (forecast * 0.9) - 3, (forecast * 1.1) + 3);
}
