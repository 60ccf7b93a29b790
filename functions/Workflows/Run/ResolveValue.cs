using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.References;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>Puts values in the place of references.</summary>
internal sealed class ResolveValue(RunBlobs blobs)
{
    /// <summary>The JSON, what it refers to, and what the outcome is called.</summary>
    public sealed record Question(string RunId, string Name, JsonElement Template, IReadOnlyDictionary<string, StoredValue> Values);

    /// <summary>The outcome.</summary>
    [Function(nameof(ResolveValue))]
    public async Task<StoredValue> RunAsync([ActivityTrigger] Question question, CancellationToken cancellationToken)
    {
        var data = new RunData(await blobs.LoadAsync(question.Values, cancellationToken));
        return await blobs.StoreAsync(question.RunId, question.Name, data.Resolve(question.Template), cancellationToken);
    }
}
