using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Tasks.Retries;

/// <summary>Waits 300 s · (attempt + 1) and halves the argument <c>chunkSize</c>, down to 10.</summary>
internal sealed class ResourceExhaustionStrategy : IErrorStrategy
{
    private const string ChunkSize = "chunkSize";
    private const long MinChunkSize = 10;

    public ValueTask<RetryDecision> DecideAsync(FailedRun run) => ValueTask.FromResult<RetryDecision>(run.IsLast
        ? new RetryDecision.DeadLetter(Alert: true)
        : new RetryDecision.Retry(TimeSpan.FromSeconds(300) * (run.Attempt + 1), Halve(run.Message.CreateNextAttempt())));

    private static TaskMessage Halve(TaskMessage message)
    {
        if (message.Args is not { ValueKind: JsonValueKind.Object } args
            || !args.TryGetProperty(ChunkSize, out var size)
            || !size.TryGetInt64(out var items)
            || items <= MinChunkSize)
        {
            return message;
        }

        var changed = JsonObject.Create(args)!;
        changed[ChunkSize] = Math.Max(MinChunkSize, items / 2);
        return message with { Args = JsonSerializer.SerializeToElement(changed) };
    }
}
