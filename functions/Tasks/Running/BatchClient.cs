using System.Text.Json;
using Serverless.Http;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Sending;

namespace Serverless.Tasks.Running;

/// <summary>
/// Opens, closes and shows batches. A handler adds to its own with <see cref="SendOptions.Batch"/> and its own id as
/// <see cref="SendOptions.ParentId"/>, also after the batch was closed.
/// </summary>
internal sealed class BatchClient(
    BatchStore batches, BatchMembers members, BatchTotals totals, BatchFollowUp followUp, TaskPreparation preparation,
    TaskRegistry registry, TimeProvider time)
{
    private const int MaxDepth = 10;
    private const int MaxDescription = 200;
    private const int MaxArgsBytes = 8 * 1024;

    /// <summary>Opens a batch; the same id twice is one batch.</summary>
    /// <returns>The batch, and whether it is a new one.</returns>
    /// <exception cref="TaskValidationException">Something is wrong with it; all faults at once.</exception>
    /// <exception cref="IdTakenException">The id belongs to another request.</exception>
    public async Task<(BatchView Batch, bool IsNew)> OpenAsync(BatchDefinition definition, CancellationToken cancellationToken)
    {
        Check(definition);
        var now = time.GetUtcNow();
        var id = definition.Id ?? Guid.CreateVersion7(now).ToString("N");
        var request = Fingerprint(definition);
        if (definition.Id is not null && await batches.FindAsync(id, cancellationToken) is { } known)
            return (await OpenAgainAsync(known.State, request, cancellationToken), false);

        var parent = definition.Parent is null ? null : await members.RequireOpenAsync(definition.Parent, null, cancellationToken);
        if (parent?.Depth + 1 > MaxDepth) throw new TaskValidationException([("parent", $"It has {MaxDepth} batches above it already.")]);
        var batch = new BatchState
        {
            Id = id,
            Description = definition.Description,
            Parent = definition.Parent,
            Depth = parent?.Depth + 1 ?? 0,
            Request = definition.Id is null ? null : request.ToString(),
            Opened = now,
            OnFailure = definition.OnFailure,
            OnSuccess = definition.OnSuccess,
            OnCompletion = definition.OnCompletion,
        };
        var isNew = await batches.TryAddAsync(batch, cancellationToken);
        if (!isNew && await batches.FindAsync(id, cancellationToken) is { } other)
            return (await OpenAgainAsync(other.State, request, cancellationToken), false);
        await AddToParentAsync(batch, cancellationToken);
        return (await ReadViewAsync(batch, cancellationToken), true);
    }

    /// <summary>Lets only its own tasks add to a batch; one whose members have ended completes.</summary>
    /// <returns>The batch; null when there is none.</returns>
    public async Task<BatchView?> CloseAsync(string id, CancellationToken cancellationToken)
    {
        while (await batches.FindAsync(id, cancellationToken) is { State.Phase: BatchPhase.Open } found)
        {
            await batches.TryUpdateAsync(
                found.State with { Phase = BatchPhase.Closed, Closed = time.GetUtcNow() }, found.Version, cancellationToken);
        }

        await followUp.TryCompleteAsync(id, cancellationToken);
        return await FindAsync(id, cancellationToken);
    }

    /// <summary>A batch with its counts; null when there is none.</summary>
    public async Task<BatchView?> FindAsync(string id, CancellationToken cancellationToken) =>
        await batches.FindAsync(id, cancellationToken) is { } found ? await ReadViewAsync(found.State, cancellationToken) : null;

    /// <summary>A page of batches, the newest first.</summary>
    public async Task<BatchPage> ListAsync(int size, string? after, CancellationToken cancellationToken)
    {
        var (found, next) = await batches.ListAsync(size, after, cancellationToken);
        return new BatchPage(await Task.WhenAll(found.Select(batch => ReadViewAsync(batch, cancellationToken))), next);
    }

    // Whoever opened it may have been cut off before its parent knew.
    private async Task<BatchView> OpenAgainAsync(BatchState known, RequestFingerprint request, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> differing = known.Request is { } before ? request.ListDifferencesTo(before) : [];
        if (known.Request is null || differing.Count > 0) throw new IdTakenException("batch", known.Id, differing);
        if (known.Phase == BatchPhase.Open) await AddToParentAsync(known, cancellationToken);
        return await ReadViewAsync(known, cancellationToken);
    }

    private Task AddToParentAsync(BatchState batch, CancellationToken cancellationToken) => batch.Parent is { } parent
        ? members.AddAsync(parent, [BatchKeys.MemberOf(batch.Id)], null, cancellationToken) : Task.CompletedTask;

    private async Task<BatchView> ReadViewAsync(BatchState batch, CancellationToken cancellationToken) =>
        BatchView.Of(batch, batch.Counts ?? await totals.ReadAsync(batch.Id, cancellationToken));

    private void Check(BatchDefinition definition)
    {
        var faults = new List<(string Option, string Sentence)>();
        if (definition.Id is { } id && !BatchKeys.IsValid(id)) faults.Add(("id", "Give 1 to 50 letters, digits and . _ : -"));
        if (definition.Parent is { } parent && !BatchKeys.IsValid(parent)) faults.Add(("parent", "Give the id of a batch."));
        if (definition.Description?.Length > MaxDescription) faults.Add(("description", $"Give {MaxDescription} characters at most."));
        foreach (var (option, callback) in definition.Callbacks)
        {
            if (callback is not null) faults.AddRange(FaultsOf(callback).Select(sentence => (option, sentence)));
        }

        if (faults.Count > 0) throw new TaskValidationException(faults);
    }

    private IEnumerable<string> FaultsOf(BatchCallback callback)
    {
        if (callback.Args is { } args && JsonSerializer.SerializeToUtf8Bytes(args).Length > MaxArgsBytes)
            return [$"Its args take more than {MaxArgsBytes} bytes."];
        try
        {
            preparation.Prepare(
                callback.Task, BatchFollowUp.BuildArguments(registry, callback, "id", BatchCounts.None),
                BatchFollowUp.OptionsOf("id", "end", callback));
            return [];
        }
        catch (Exception e) when (e is IRefusal)
        {
            return [e.Message];
        }
    }

    private static RequestFingerprint Fingerprint(BatchDefinition definition) => new RequestFingerprint()
        .Add("description", definition.Description)
        .Add("parent", definition.Parent)
        .Add("onFailure", definition.OnFailure)
        .Add("onSuccess", definition.OnSuccess)
        .Add("onCompletion", definition.OnCompletion);
}
