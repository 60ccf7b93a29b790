using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

[Collection(AzuriteTests.Name)]
public sealed class CsvJobTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly byte[] People = Encoding.UTF8.GetBytes("id,name\n1,Ann\n2,\"B\nob\"\n\n4,Dan,x\n5,Eve\n");

    private CsvHost _host = null!;

    public async Task InitializeAsync() => _host = await CsvHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Post_DroppedFile_ComesBackCleaned()
    {
        var status = await _host.RunAsync("jobs/people.csv", People, new JsonObject { ["chunkBytes"] = 8 });

        Assert.Equal(CsvJobState.Completed, status.State);
        Assert.Equal((5, 3, 2), (status.Total, status.Accepted, status.Rejected));
        Assert.Equal(
            ["clean.csv", "rejects.csv", "report.html", "schema.json", "summary.json"],
            status.Outputs.Select(o => Path.GetFileName(o.Name)));
        Assert.All(status.Outputs, o => Assert.StartsWith($"processed/jobs/people.csv/{status.Id}/", o.Name, StringComparison.Ordinal));
        Assert.Equal("id,name\n1,Ann\n2,\"B\nob\"\n5,Eve\n", await _host.ReadAsync(status, "clean.csv"));
        Assert.Equal(
            "row,line,field,code,message,raw\n3,5,,blank-row,\"expected 2 cells, found a blank line\",\n4,6,,extra-cell,\"expected 2 " +
            "cells, found 3\",\"4,Dan,x\"\n",
            await _host.ReadAsync(status, "rejects.csv"));
        Assert.Equal((status.Progress!.Total, "done", 2L), (status.Progress.Current, status.Progress.Phase, status.Progress.Rejected));
        Assert.Equal(status.Progress.TotalBytes, status.Progress.Bytes);
    }
}
