using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.References;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>Turns the arguments of a step into the input of the orchestration that it runs.</summary>
internal sealed class PrepareOrchestration(WorkflowOrchestrations orchestrations, RunBlobs blobs)
{
    /// <summary>Which step, and its arguments.</summary>
    public sealed record Request(
        string RunId, string Step, string Orchestration, JsonElement? Args, IReadOnlyDictionary<string, StoredValue>? Values);

    /// <summary>The orchestrator to call, and its input.</summary>
    public sealed record Prepared(string Function, JsonElement Input, string? InstanceId);

    /// <summary>Prepares it.</summary>
    [Function(nameof(PrepareOrchestration))]
    public async Task<Prepared> RunAsync([ActivityTrigger] Request request, CancellationToken cancellationToken)
    {
        var orchestration = orchestrations.Get(request.Orchestration);
        var data = new RunData(await blobs.LoadAsync(request.Values, cancellationToken));
        var args = data.Resolve(request.Args ?? JsonSerializer.SerializeToElement(new { }));
        var start = await orchestration.PrepareAsync(new OrchestrationRequest(request.RunId, request.Step, args), cancellationToken);
        return new Prepared(orchestration.Function, start.Input, start.InstanceId);
    }
}
