using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Csv.Report;
using Serverless.CsvJobs.Run;
using Serverless.CsvPipeline;
using Serverless.CsvPipeline.Profiling;
using Serverless.Http;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.Workflows;

namespace Serverless.IntegrationTests.Csv.Pipeline;

/// <summary>The pipeline's steps on a host, one by one: what a run's definition makes of them is tested with the workflow engine.</summary>
internal sealed class PipelineSteps(CsvHost host, string runId)
{
    public static readonly Type[] Functions =
        [typeof(ExtractFeatures), typeof(ProfileRange), typeof(MergeProfiles), typeof(SaveProfile), typeof(DropProfile)];

    public async Task<ValidatedInput> ValidateAsync(JsonObject input) =>
        Pass(
            await host.Services.GetRequiredService<InputValidator>()
                .ValidateAsync(JsonNode.Parse(input.ToJsonString())!.AsObject(), CancellationToken.None));

    public Task<SchemaReport> CompareAsync(PipelineFile file) =>
        ActivatorUtilities.CreateInstance<ValidateSchemaTask>(host.Services).RunAsync(new FileArgs(file), new PlainContext());

    public Task<FeaturesResult> ProfileAsync(PipelineFile file) => RunAsync<FeaturesResult>("extract_features", file);

    public Task<CsvJobResult> CleanAsync(PipelineFile file) => RunAsync<CsvJobResult>("clean_data", file);

    public Task<ReportResult> ReportAsync(ValidatedInput input, PipelineResult? results, SchemaReport? schema) =>
        host.Services.GetRequiredService<PipelineReports>()
            .WriteAsync(Pass(new ReportArgs(runId, input, results, schema)), CancellationToken.None);

    /// <summary>All steps, as the definition has them.</summary>
    public async Task<(ValidatedInput Input, PipelineResult? Results, SchemaReport Schema, ReportResult Report)> RunAsync(
        JsonObject request)
    {
        var input = await ValidateAsync(request);
        PipelineResult? results = null;
        var schema = CompareAsync(input.File);
        if (input.Valid)
        {
            var features = ProfileAsync(input.File);
            var cleaning = CleanAsync(input.File);
            results = MergeResultsTask.Merge(Pass(new MergeArgs(input, await features, await cleaning, await schema)));
        }

        return (input, results, await schema, await ReportAsync(input, results, await schema));
    }

    // As results and arguments travel: what the JSON leaves out must not be missed.
    private static T Pass<T>(T value) =>
        JsonSerializer.Deserialize<T>(JsonSerializer.SerializeToUtf8Bytes(value, AppJson.Options), AppJson.Options)!;

    private async Task<T> RunAsync<T>(string name, PipelineFile file)
    {
        var orchestration = host.Services.GetServices<WorkflowOrchestration>().Single(o => o.Name == name);
        var args = JsonSerializer.SerializeToElement(new FileArgs(file), AppJson.Options);
        var start = await orchestration.PrepareAsync(new OrchestrationRequest(runId, name, args), CancellationToken.None);
        var client = host.Host.DurableClient;
        var id = await client.ScheduleNewOrchestrationInstanceAsync(
            orchestration.Function, start.Input, new StartOrchestrationOptions(start.InstanceId ?? $"{runId}-{name}"));
        OrchestrationMetadata? instance = null;
        await Eventually.TrueAsync(
            async () => (instance = await client.GetInstanceAsync(id, getInputsAndOutputs: true)) is { IsCompleted: true });
        Assert.True(instance!.RuntimeStatus == OrchestrationRuntimeStatus.Completed, instance.FailureDetails?.ErrorMessage);
        return instance.ReadOutputAs<T>()!;
    }

    private sealed class PlainContext : TaskContext
    {
        public override string Id => "test";

        public override string Name => "test";

        public override int Attempt => 0;

        public override string? Tenant => null;

        public override CancellationToken CancellationToken => CancellationToken.None;

        public override ILogger Logger => NullLogger.Instance;

        public override ValueTask ReportAsync(long current, long total, string? status = null) => ValueTask.CompletedTask;
    }
}
