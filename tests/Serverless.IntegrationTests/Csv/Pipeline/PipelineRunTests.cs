using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Run;
using Serverless.IntegrationTests.Workflows;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Csv.Pipeline;

/// <summary>The pipeline as its definition has it, on the workflow engine.</summary>
[Collection(WorkflowTests.Name)]
public sealed class PipelineRunTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Workflow = "data_processing_pipeline";

    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkflowHost.StartAsync(azurite, functions:
    [
        typeof(CsvJobOrchestrator), typeof(InspectFile), typeof(ProcessRange), typeof(FoldRanges), typeof(CommitJob), typeof(CommitRejects),
        typeof(FailJob),
        typeof(CollectKeys), typeof(FoldKeys), typeof(CheckKeys), typeof(MergeDuplicates), .. PipelineSteps.Functions,
    ]);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Run_Orders_EndsWithAReport()
    {
        await UploadAsync("run/orders.csv", await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "local/samples/orders.csv")));
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "local/samples/orders.schema.json")))!;
        schema["primaryKey"] = "order_id";

        var run = await _host.RunAsync(Workflow, new { blob = "incoming/run/orders.csv", schema, chunkBytes = 100_000 });

        var states = WorkflowHost.StatesOf(run);
        Assert.Equal(StepState.Skipped, states["explain_schema"]);
        Assert.All(states.Where(s => s.Key != "explain_schema"), s => Assert.Equal(StepState.Completed, s.Value));
        var merged = ResultOf(run, "merge_processing_results");
        Assert.Equal(
            (5_000, 4_917, 83),
            (merged.GetProperty("total").GetInt64(), merged.GetProperty("accepted").GetInt64(), merged.GetProperty("rejected").GetInt64()));
        var html = await ReadAsync(ResultOf(run, "generate_report").GetProperty("html").GetString()!);
        Assert.Contains("4,917", html, StringComparison.Ordinal);
        Assert.Contains("Distribution of quantity", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OtherHeader_EndsWithAReportThatSaysSo()
    {
        await UploadAsync("run/other.csv", "name,id\nAnn,1\n"u8.ToArray());
        var schema = JsonNode.Parse("""{"fields": [{"name": "id", "type": "integer"}, {"name": "name"}]}""");

        var run = await _host.RunAsync(Workflow, new { blob = "incoming/run/other.csv", header = true, schema });

        var states = WorkflowHost.StatesOf(run);
        Assert.Equal(
            (StepState.Skipped, StepState.Skipped, StepState.Completed),
            (states["clean_data"], states["merge_processing_results"], states["explain_schema"]));
        Assert.Contains(
            "<th scope=\"row\">moved</th>", await ReadAsync(ResultOf(run, "generate_report").GetProperty("html").GetString()!),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MissingFile_IsLookedForThreeTimesMoreAMinuteApart()
    {
        var id = await _host.StartRunAsync(Workflow, new { blob = "incoming/run/nowhere.csv" });
        var step = (await _host.WaitAsync(id, view => view.Steps.Single(s => s.Name == "validate_input").WorkId is not null)).Steps.Single(
            s => s.Name == "validate_input");
        await Eventually.TrueAsync(async () => await _host.Tasks.Tasks.GetAsync(step.WorkId!) is not null);

        for (var attempt = 1; attempt <= 3; attempt++)
            Assert.Equal(TimeSpan.FromMinutes(1), await _host.Tasks.RetryAsync(step.WorkId!, attempt));

        var run = await _host.WaitAsync(id, RunState.Failed);
        Assert.Contains("There is no blob incoming/run/nowhere.csv.", run.Error!.Message, StringComparison.Ordinal);
    }

    private static JsonElement ResultOf(RunView run, string step) => run.Steps.Single(s => s.Name == step).Result!.Value;

    private async Task UploadAsync(string path, byte[] content) =>
        await (await azurite.Containers.GetAsync(Containers.Incoming)).GetBlobClient(path)
            .UploadAsync(BinaryData.FromBytes(content), overwrite: true);

    private async Task<string> ReadAsync(string blob)
    {
        var processed = (await azurite.Containers.GetAllAsync(Containers.Processed))[0];
        return (await processed.GetBlobClient(blob[(Containers.Processed.Length + 1)..]).DownloadContentAsync()).Value.Content.ToString();
    }
}
