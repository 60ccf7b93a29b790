using System.Globalization;
using Microsoft.DurableTask;
using Serverless.Workflows.Run;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Canvas;

/// <summary>
/// The outcomes of a group's members on their way to the value of the group: what an activity is given stays small, however many there are
/// and however large.
/// </summary>
internal sealed class MemberOutcomes(TaskOrchestrationContext context, string runId)
{
    private const int MaxPartBytes = 40 << 10;

    /// <summary>Stores the outcomes in parts.</summary>
    /// <param name="settled">The members, in order.</param>
    /// <param name="name">The name of the parts' blobs.</param>
    public async Task<IReadOnlyList<StoredValue>> StoreAsync(IReadOnlyList<Settled<StoredValue>> settled, string name)
    {
        var parts = new List<List<MemberOutcome>> { new() };
        var size = 0;
        foreach (var outcome in settled.Select(s => new MemberOutcome(s.Value, s.Error)))
        {
            var bytes = outcome.Value?.Json is { } json ? json.GetRawText().Length : 100;
            if (size + bytes > MaxPartBytes && parts[^1].Count > 0)
            {
                parts.Add([]);
                size = 0;
            }

            parts[^1].Add(outcome);
            size += bytes;
        }

        if (parts.Count == 1 && size <= StoredValue.MaxInlineBytes && settled.All(s => s.Value?.Blob is null))
            return [JoinLists.Inline(parts[0])];
        return await Task.WhenAll(parts.Select((p, i) => context.CallActivityAsync<StoredValue>(
            nameof(StoreOutcomes), new StoreOutcomes.Part(
                runId, string.Create(CultureInfo.InvariantCulture, $"{name}-part{i}"), p), TaskCalls.Infrastructure)));
    }

    /// <summary>Joins the parts to one value.</summary>
    public Task<StoredValue> JoinAsync(IReadOnlyList<StoredValue> parts, string name, ListShape shape) => parts is [{ Blob: null } small]
        ? Task.FromResult(new StoredValue(JoinLists.Join([small.Json!.Value], shape)))
        : context.CallActivityAsync<StoredValue>(
            nameof(JoinLists), new JoinLists.Lists(runId, name, parts, shape), TaskCalls.Infrastructure);
}
