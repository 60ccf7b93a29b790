using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>Makes the output of an orchestration a step's result: named as results are, and in a blob when it is large.</summary>
internal sealed class StoreStepOutput(WorkflowOrchestrations orchestrations, RunBlobs blobs)
{
    /// <summary>The answer of the orchestration.</summary>
    public sealed record Output(string RunId, string Step, string Orchestration, JsonElement? Value);

    /// <summary>Keeps it.</summary>
    [Function(nameof(StoreStepOutput))]
    public Task<StoredValue> RunAsync([ActivityTrigger] Output output, CancellationToken cancellationToken)
    {
        var value = output.Value;
        if (value is { } json && orchestrations.Get(output.Orchestration).ResultType is { } type)
            value = JsonSerializer.SerializeToElement(json.Deserialize(type), type, AppJson.Options);
        return blobs.StoreAsync(output.RunId, output.Step, value, cancellationToken);
    }
}
