using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Canvas;

/// <summary>Makes one list of the outcomes of a group's members.</summary>
internal sealed class JoinLists(RunBlobs blobs)
{
    /// <summary>Lists of outcomes, in order, and what is to become of them.</summary>
    public sealed record Lists(string RunId, string Name, IReadOnlyList<StoredValue> Parts, ListShape Shape);

    /// <summary>Joins them.</summary>
    [Function(nameof(JoinLists))]
    public async Task<StoredValue> RunAsync([ActivityTrigger] Lists lists, CancellationToken cancellationToken)
    {
        var parts = new List<JsonElement>();
        foreach (var part in lists.Parts) parts.Add(await blobs.LoadAsync(part, cancellationToken));
        return await blobs.StoreAsync(
            lists.RunId, $"{lists.Name}-{lists.Shape.ToString().ToLowerInvariant()}", Join(parts, lists.Shape), cancellationToken);
    }

    /// <summary>A list of outcomes whose values are small.</summary>
    internal static StoredValue Inline(IEnumerable<MemberOutcome> outcomes) =>
        new(JsonSerializer.SerializeToElement(outcomes.Select(o => new { value = o.Value?.Json, error = o.Error }), WorkflowJson.Options));

    /// <summary>The joined list. Pure.</summary>
    internal static JsonElement Join(IReadOnlyList<JsonElement> parts, ListShape shape)
    {
        var outcomes = parts.SelectMany(p => p.EnumerateArray()).ToList();
        var results = new JsonArray();
        var failures = new JsonArray();
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].TryGetProperty("error", out var error))
                failures.Add(new JsonObject { ["index"] = i, ["error"] = JsonSerializer.SerializeToNode(error) });
            else results.Add(outcomes[i].TryGetProperty("value", out var value) ? JsonSerializer.SerializeToNode(value) : null);
        }

        return shape switch
        {
            ListShape.Outcomes => JsonSerializer.SerializeToElement(outcomes),
            ListShape.Results => JsonSerializer.SerializeToElement(results),
            _ => JsonSerializer.SerializeToElement(new JsonObject { ["results"] = results, ["failures"] = failures }),
        };
    }
}

/// <summary>The shapes in which outcomes are joined.</summary>
internal enum ListShape
{
    /// <summary>They stay as they are.</summary>
    Outcomes,

    /// <summary>The results, in order.</summary>
    Results,

    /// <summary>Results and failures apart.</summary>
    Apart,
}
