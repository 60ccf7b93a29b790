using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Serverless.Http;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Sending;

namespace Serverless.Tasks.Running;

/// <summary>
/// Completes batches: counts a member that has ended, sees whether it was the last one, and tells whoever has to hear of it. All of it may
/// be done again: counts know their members, and a callback's id is made of the batch's, so that it is one task however often it is sent.
/// </summary>
internal sealed class BatchFollowUp(
    BatchStore batches, BatchCounter counter, BatchTotals totals, TaskRegistry registry, ITaskClient tasks, TimeProvider time,
    ILogger<BatchFollowUp> logger)
{
    private const string Batch = "batch";

    // While one completes, others who came too late withdraw what they added.
    private const int Looks = 3;

    // Longer than whoever asks what became of a batch stays away.
    private static readonly TimeSpan CallbackTtl = TimeSpan.FromDays(1);

    /// <summary>The id of the task that a callback is.</summary>
    public static string BuildCallbackId(string batch, string of) => $"batch-{batch}-{of}";

    /// <summary>Counts the end of a member and follows it up.</summary>
    public async Task EndAsync(string batch, string member, MemberChange end, CancellationToken cancellationToken)
    {
        var round = await counter.CountAsync(batch, member, end);

        // The first of its shard, or one whose host may have died before it could say so. One that has succeeded after all has not failed.
        if (end == MemberChange.Failed && round.After.Failed > 0 && (round.WasKnown || round.Before.Failed == 0))
            await TellFailureAsync(batch, member, cancellationToken);
        if (round.After.Pending <= 0) await TryCompleteAsync(batch, cancellationToken);
    }

    /// <summary>Counts the end of a member that may never have been counted as one.</summary>
    public async Task AddAndEndAsync(string batch, string member, MemberChange end, CancellationToken cancellationToken)
    {
        await counter.CountAsync(batch, member, MemberChange.Added);
        await EndAsync(batch, member, end, cancellationToken);
    }

    /// <summary>
    /// Counts a member whose message is gone. Its sender may have been cut off before it was a member; one that a closed batch refused is
    /// none.
    /// </summary>
    public async Task EndLostAsync(string batch, string member, CancellationToken cancellationToken)
    {
        if (await totals.IsMemberAsync(batch, member, cancellationToken))
            await EndAsync(batch, member, MemberChange.Failed, cancellationToken);
        else if (await batches.FindAsync(batch, cancellationToken) is { State.Phase: BatchPhase.Open })
            await AddAndEndAsync(batch, member, MemberChange.Failed, cancellationToken);
    }

    /// <summary>Completes a batch that is closed and whose members have ended, and tells of it.</summary>
    public async Task TryCompleteAsync(string id, CancellationToken cancellationToken)
    {
        while (await batches.FindAsync(id, cancellationToken) is { } found)
        {
            if (found.State is { Phase: BatchPhase.Open } or { Phase: BatchPhase.Completed, IsTold: true }) return;
            if (found.State.Phase == BatchPhase.Completed)
            {
                await TellAsync(found, cancellationToken);
                return;
            }

            if (await ReadEndAsync(id, found.State.Phase, cancellationToken) is not { } counts)
            {
                // Somebody was in time with another member: it is waited for.
                if (found.State.Phase == BatchPhase.Completing)
                    await batches.TryUpdateAsync(found.State with { Phase = BatchPhase.Closed }, found.Version, cancellationToken);
                return;
            }

            var next = found.State.Phase == BatchPhase.Closed
                ? found.State with { Phase = BatchPhase.Completing }
                : found.State with { Phase = BatchPhase.Completed, Completed = time.GetUtcNow(), Counts = counts };
            await batches.TryUpdateAsync(next, found.Version, cancellationToken);
        }
    }

    /// <summary>Tells of a failure, once.</summary>
    public async Task TellFailureAsync(string id, string member, CancellationToken cancellationToken)
    {
        while (await batches.FindAsync(id, cancellationToken) is { State: { FirstFailure: null } batch } found)
        {
            var fault = batch.OnFailure is null ? null
                : await SendAsync(batch, "failure", batch.OnFailure, await totals.ReadAsync(id, cancellationToken), cancellationToken);
            var told = batch with { FirstFailure = member, CallbackError = fault ?? batch.CallbackError };
            if (await batches.TryUpdateAsync(told, found.Version, cancellationToken)) return;
        }
    }

    private async Task<BatchCounts?> ReadEndAsync(string id, BatchPhase phase, CancellationToken cancellationToken)
    {
        for (var look = 0; look < (phase == BatchPhase.Completing ? Looks : 1); look++)
        {
            if (await totals.ReadAtOnceAsync(id, cancellationToken) is { Pending: 0 } counts) return counts;
        }

        return null;
    }

    private async Task TellAsync(StoredBatch found, CancellationToken cancellationToken)
    {
        var batch = found.State;
        var counts = batch.Counts!;
        var hasSucceeded = counts is { Failed: 0, Revoked: 0 };
        string? fault = null;
        if (hasSucceeded && batch.OnSuccess is { } success)
            fault = await SendAsync(batch, "success", success, counts, cancellationToken);
        if (batch.OnCompletion is { } completion)
            fault = await SendAsync(batch, "completion", completion, counts, cancellationToken) ?? fault;
        if (batch.Parent is { } parent)
        {
            await AddAndEndAsync(
                parent, BatchKeys.MemberOf(batch.Id), hasSucceeded ? MemberChange.Succeeded : MemberChange.Failed, cancellationToken);
        }

        // Another one may have told of it meanwhile.
        await batches.TryUpdateAsync(
            batch with { IsTold = true, CallbackError = fault ?? batch.CallbackError }, found.Version, cancellationToken);
        await batches.SettleAsync(batch.Id, cancellationToken);
    }

    /// <returns>Why it could not be sent; null when it was.</returns>
    private async Task<string?> SendAsync(
        BatchState batch, string of, BatchCallback callback, BatchCounts counts, CancellationToken cancellationToken)
    {
        try
        {
            await tasks.SendAsync(
                callback.Task, BuildArguments(registry, callback, batch.Id, counts), OptionsOf(batch.Id, of, callback), cancellationToken);
            return null;
        }
        catch (Exception e) when (e is IRefusal)
        {
            // The app has changed since the batch was opened: its end must not wait for that.
            Logs.CallbackRefused(logger, e, BuildCallbackId(batch.Id, of), batch.Id);
            return $"{of}: {e.Message}";
        }
    }

    /// <summary>The options that a callback is sent with.</summary>
    public static SendOptions OptionsOf(string batch, string of, BatchCallback callback) => new()
    {
        TaskId = BuildCallbackId(batch, of),
        IsIdDerived = true,
        ParentId = batch,
        Queue = callback.Queue,
        ResultTtl = CallbackTtl,
    };

    /// <summary>The arguments of a callback, with the batch's counts where its handler takes them.</summary>
    public static JsonElement BuildArguments(TaskRegistry registry, BatchCallback callback, string id, BatchCounts counts)
    {
        var args = callback.Args is { ValueKind: JsonValueKind.Object } given ? JsonObject.Create(given)! : [];
        if (callback.Args is { ValueKind: not JsonValueKind.Object } other) return other;
        if (registry.TryFind(callback.Task, out var task) && task.ArgumentNames?.Contains(Batch) != false && !args.ContainsKey(Batch))
            args[Batch] = JsonSerializer.SerializeToNode(
                new BatchSummary(id, counts.Added, counts.Succeeded, counts.Failed, counts.Revoked), AppJson.Options);
        return JsonSerializer.SerializeToElement(args);
    }
}

/// <summary>A batch as its callbacks are told of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Total">All members.</param>
/// <param name="Succeeded">Those that succeeded.</param>
/// <param name="Failed">Those that failed for good.</param>
/// <param name="Revoked">Those that were revoked or expired.</param>
internal sealed record BatchSummary(string Id, long Total, long Succeeded, long Failed, long Revoked);
