using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>Makes the output of an orchestration a step's result, in a blob when it is large.</summary>
internal sealed class StoreStepOutput(RunBlobs blobs)
{
    /// <summary>The answer of the orchestration.</summary>
    public sealed record Output(string RunId, string Step, string Orchestration, JsonElement? Value);

    /// <summary>Keeps it.</summary>
    [Function(nameof(StoreStepOutput))]
    public Task<StoredValue> RunAsync([ActivityTrigger] Output output, CancellationToken cancellationToken) =>
        blobs.StoreAsync(output.RunId, output.Step, output.Value, cancellationToken);
}
