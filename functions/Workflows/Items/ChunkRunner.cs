using System.Globalization;
using System.Text.Json;
using Azure.Storage.Blobs.Specialized;
using Serverless.CsvParsing;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;

namespace Serverless.Workflows.Items;

/// <summary>Runs the items of a chunk, some side by side, and stages what they came to. One item's failure is that item's alone.</summary>
internal sealed class ChunkRunner(MapFolder folder, TaskRegistry registry, HandlerInvoker invoker, TimeProvider time)
{
    /// <summary>Items at work at once.</summary>
    private const int Parallel = 8;

    /// <summary>The most that the results of a chunk may take, in bytes.</summary>
    private const int MaxOutputBytes = 64 << 20;

    private const string Lane = "map";

    private static readonly WorkflowRetry NoRetry = new(0);

    /// <summary>Runs them; twice stages the same blocks.</summary>
    internal async Task<ChunkOutcome> RunAsync(ChunkTask.Args args, TaskContext context)
    {
        var spec = await folder.LoadAsync(args.RunId, args.Place, context.CancellationToken);
        if (!registry.TryFind(spec.Map.Task, out var definition))
            throw new UnknownTaskException(spec.Map.Task, registry.All.Select(d => d.Name));
        var lines = await folder.ReadLinesAsync(spec, args.Chunk, context.CancellationToken);
        var calls = spec.Map.Shape == ItemShape.Chunk
            ? [ItemArguments.OfChunk(definition, spec, lines)] : new ItemArguments(definition, spec).OfItems(lines);
        var outcomes = new ItemOutcome[calls.Count];
        await System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(0, calls.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = context.CancellationToken },
            async (i, token) => outcomes[i] = await RunItemAsync(
                definition, calls[i], spec.Map.Retry ?? NoRetry, new ItemContext(context, definition.Name, i, token)));

        var first = spec.Map.Shape == ItemShape.Chunk ? args.Chunk : (long)args.Chunk * spec.Map.ChunkSize;
        await StageAsync(
            args, "results.jsonl", outcomes, first, o => o.Result is null ? null : $"\"result\":{o.Result}", context.CancellationToken);
        await StageAsync(
            args, "failures.jsonl", outcomes, first, o => o.Error is null
                ? null : $"\"error\":{JsonSerializer.Serialize(o.Error, WorkflowJson.Options)}", context.CancellationToken);
        var failed = outcomes.Count(o => o.Error is not null);
        var each = spec.Map.Shape == ItemShape.Chunk ? lines.Length : 1;
        return new ChunkOutcome(
            (outcomes.Length - failed) * each, failed * each, outcomes.Select(o => o.Error).FirstOrDefault(e => e is not null));
    }

    private async ValueTask<ItemOutcome> RunItemAsync(TaskDefinition definition, ItemCall call, WorkflowRetry retry, ItemContext context)
    {
        if (call.Error is not null) return new ItemOutcome(null, call.Error);
        for (var attempt = 0; ; attempt++)
        {
            var current = attempt;
            var run = new HandlerRun(definition, context.Id, Lane, current, definition.GetTimeout())
            {
                IsOneOfMany = true,
                Call = (scope, token) => Heartbeat.RunAsync(
                    definition, scope, time, (services, heartbeat, end) => definition.RunAsync(
                        services, call.Args, context.With(current, heartbeat, end)), token),
                WillRetry = (_, failed) => ValueTask.FromResult(retry.Allows(current, failed.Class)),
            };
            switch (await invoker.InvokeAsync(run, context.CancellationToken))
            {
                case HandlerOutcome.Succeeded succeeded:
                    return new ItemOutcome(System.Text.Encoding.UTF8.GetString(succeeded.Result), null);
                case HandlerOutcome.Failed failed when !retry.Allows(current, failed.Class):
                    return new ItemOutcome(null, StepError.From(failed.Exception));
            }

            await Task.Delay(retry.CalculateDelay(current), time, context.CancellationToken);
        }
    }

    private async Task StageAsync(
        ChunkTask.Args args, string name, ItemOutcome[] outcomes, long first, Func<ItemOutcome, string?> member,
        CancellationToken cancellationToken)
    {
        using var buffer = new PooledBuffer(1 << 14);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (member(outcomes[i]) is not { } text) continue;
            var line = string.Create(CultureInfo.InvariantCulture, $"{{\"index\":{first + i},{text}}}\n");
            buffer.Advance(
                System.Text.Encoding.UTF8.GetBytes(line, buffer.GetSpan(System.Text.Encoding.UTF8.GetMaxByteCount(line.Length))));
            if (buffer.Length > MaxOutputBytes)
                throw new TaskValidationException(
                    $"The results of chunk {args.Chunk} take more than {MaxOutputBytes} bytes. Use a smaller chunkSize.");
        }

        // An empty one is staged as well: an earlier run of this chunk may have staged something else.
        if (buffer.Length == 0) "\n"u8.CopyTo(Advanced(buffer, 1));
        var blob = await folder.OpenAsync(args.RunId, args.Place, name, cancellationToken);
        using var content = buffer.OpenRead();
        await blob.StageBlockAsync(MapFolder.BuildBlockId(args.Chunk), content, cancellationToken: cancellationToken);
    }

    private static Span<byte> Advanced(PooledBuffer buffer, int count)
    {
        var span = buffer.GetSpan(count);
        buffer.Advance(count);
        return span;
    }

    private sealed record ItemOutcome(string? Result, StepError? Error);
}
