using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.References;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>Evaluates a condition on values that lie in blobs.</summary>
internal sealed class EvaluateCondition(RunBlobs blobs)
{
    /// <summary>The condition, and what it refers to.</summary>
    public sealed record Question(string Condition, IReadOnlyDictionary<string, StoredValue> Values);

    /// <summary>True when the condition holds.</summary>
    [Function(nameof(EvaluateCondition))]
    public async Task<bool> RunAsync([ActivityTrigger] Question question, CancellationToken cancellationToken) =>
        new RunData(await blobs.LoadAsync(question.Values, cancellationToken)).IsTrue(question.Condition);
}
