using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

[Collection(AzuriteTests.Name)]
public sealed class CsvSpeedsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private CsvHost _host = null!;

    public async Task InitializeAsync() => _host = await CsvHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Job_Done_LeavesTheSpeedOfItsRanges()
    {
        var speeds = _host.Services.GetRequiredService<CsvSpeeds>();
        var column = $"c{Guid.NewGuid():N}";
        var schema = new TableSchema([new SchemaField(column)]).ToJson();

        var status = await _host.RunAsync(
            "speeds/large.csv", Encoding.ASCII.GetBytes(column + "\n" + string.Concat(Enumerable.Repeat("some text\n", 900_000))));
        var small = await _host.RunAsync("speeds/small.csv", Encoding.ASCII.GetBytes(column + "\nsome text\n"));

        Assert.Equal((CsvJobState.Completed, CsvJobState.Completed), (status.State, small.State));
        var known = await speeds.FindAsync(CsvOutput.Csv, isCompressed: false, schema, CsvCompression.None, CancellationToken.None);
        Assert.NotNull(known);

        // Of the large file alone: what a small one takes says nothing of its bytes.
        Assert.True(known.Value.ItemsPerSecond > 100_000, $"{known}");
    }
}
