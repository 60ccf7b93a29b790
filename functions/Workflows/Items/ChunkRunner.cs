using System.Globalization;
using System.Text.Json;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Csv.Jobs.Blobs;
using Serverless.Errors;
using Serverless.Tasks;
using Serverless.Workflows.Run;

namespace Serverless.Workflows.Items;

/// <summary>Runs the items of a chunk, some side by side, and stages what they came to. One item's failure is that item's alone.</summary>
public sealed class ChunkRunner(MapFolder folder, TaskRegistry registry, ErrorClassifier classifier, IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>Items at work at once.</summary>
    private const int Parallel = 8;

    /// <summary>What the results of a chunk may take, in bytes.</summary>
    private const int LargestOutput = 64 << 20;

    private static readonly WorkflowRetry NoRetry = new(0);

    /// <summary>Runs them; twice stages the same blocks.</summary>
    internal async Task<ChunkOutcome> RunAsync(ChunkTask.Args args, TaskContext context)
    {
        var spec = await folder.LoadAsync(args.RunId, args.Place, context.CancellationToken);
        if (!registry.TryFind(spec.Map.Task, out var definition)) throw new UnknownTaskException(spec.Map.Task, registry.All.Select(d => d.Name));
        var lines = await folder.ReadLinesAsync(spec, args.Chunk, context.CancellationToken);
        var calls = spec.Map.Shape == ItemShape.Chunk ? [ItemArguments.OfChunk(definition, spec, lines)] : new ItemArguments(definition, spec).OfItems(lines);
        var outcomes = new ItemOutcome[calls.Count];
        await System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(0, calls.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = context.CancellationToken },
            async (i, token) => outcomes[i] = await RunItemAsync(definition, calls[i], spec.Map.Retry ?? NoRetry, new ItemContext(context, i, token)));

        var first = spec.Map.Shape == ItemShape.Chunk ? args.Chunk : (long)args.Chunk * spec.Map.ChunkSize;
        await StageAsync(args, "results.jsonl", outcomes, first, o => o.Result is null ? null : $"\"result\":{o.Result}", context.CancellationToken);
        await StageAsync(args, "failures.jsonl", outcomes, first, o => o.Error is null ? null : $"\"error\":{JsonSerializer.Serialize(o.Error, WorkflowJson.Options)}", context.CancellationToken);
        var failed = outcomes.Count(o => o.Error is not null);
        var each = spec.Map.Shape == ItemShape.Chunk ? lines.Length : 1;
        return new ChunkOutcome((outcomes.Length - failed) * each, failed * each, outcomes.Select(o => o.Error).FirstOrDefault(e => e is not null));
    }

    private async ValueTask<ItemOutcome> RunItemAsync(TaskDefinition definition, ItemCall call, WorkflowRetry retry, ItemContext context)
    {
        if (call.Error is not null) return new ItemOutcome(null, call.Error);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(definition.Attribute.TimeoutSeconds), time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.CancellationToken);
                var result = await definition.RunAsync(scope.ServiceProvider, call.Args, context.With(attempt, both.Token));
                return new ItemOutcome(System.Text.Encoding.UTF8.GetString(result), null);
            }
            catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // Whatever an item's handler throws is that item's failure.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (attempt >= retry.MaxRetries || classifier.Classify(e) is ErrorClass.Validation or ErrorClass.BusinessRule) return new ItemOutcome(null, StepError.From(e));
            }

            await Task.Delay(TimeSpan.FromSeconds(retry.DelaySeconds * Math.Pow(retry.Backoff, attempt)), time, context.CancellationToken);
        }
    }

    private async Task StageAsync(ChunkTask.Args args, string name, ItemOutcome[] outcomes, long first, Func<ItemOutcome, string?> member, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBuffer(1 << 14);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (member(outcomes[i]) is not { } text) continue;
            var line = string.Create(CultureInfo.InvariantCulture, $"{{\"index\":{first + i},{text}}}\n");
            buffer.Advance(System.Text.Encoding.UTF8.GetBytes(line, buffer.GetSpan(System.Text.Encoding.UTF8.GetMaxByteCount(line.Length))));
            if (buffer.Length > LargestOutput) throw new TaskValidationException($"The results of chunk {args.Chunk} take more than {LargestOutput} bytes. Use a smaller chunkSize.");
        }

        // An empty one is staged as well: an earlier run of this chunk may have staged something else.
        if (buffer.Length == 0) "\n"u8.CopyTo(Advanced(buffer, 1));
        var blob = await folder.OpenAsync(args.RunId, args.Place, name, cancellationToken);
        using var content = buffer.OpenRead();
        await blob.StageBlockAsync(MapFolder.BlockId(args.Chunk), content, cancellationToken: cancellationToken);
    }

    private static Span<byte> Advanced(PooledBuffer buffer, int count)
    {
        var span = buffer.GetSpan(count);
        buffer.Advance(count);
        return span;
    }

    private sealed record ItemOutcome(string? Result, StepError? Error);
}
