using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Canvas;

/// <summary>Stores some outcomes of a group's members; values that lie in blobs are taken in.</summary>
internal sealed class StoreOutcomes(RunBlobs blobs)
{
    /// <summary>Outcomes in order, and what their list is called.</summary>
    public sealed record Part(string RunId, string Name, IReadOnlyList<MemberOutcome> Outcomes);

    /// <summary>Stores them.</summary>
    [Function(nameof(StoreOutcomes))]
    public async Task<StoredValue> RunAsync([ActivityTrigger] Part part, CancellationToken cancellationToken)
    {
        var outcomes = new List<object>();
        foreach (var outcome in part.Outcomes)
        {
            JsonElement? value = outcome.Value is { } stored ? await blobs.LoadAsync(stored, cancellationToken) : null;
            outcomes.Add(new { value, error = outcome.Error });
        }

        return await blobs.StoreAsync(
            part.RunId, part.Name, JsonSerializer.SerializeToElement(outcomes, WorkflowJson.Options), cancellationToken);
    }
}
