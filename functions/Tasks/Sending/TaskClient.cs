using System.Text.Json;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Sending;

/// <inheritdoc cref="ITaskClient"/>
internal sealed class TaskClient(
    TaskPreparation preparation, TaskBatch batch, BatchMembers members, TaskStore store, TaskRevocations revocations, IQueueSender sender,
    QueueChanges changes) : ITaskClient
{
    /// <inheritdoc/>
    public async Task<string> SendAsync(
        string name, JsonElement args, SendOptions? options = null, CancellationToken cancellationToken = default)
    {
        var task = preparation.Prepare(name, args, options ?? new SendOptions());
        using var span = Telemetry.StartSend(task.Lane, name, task.Message.Id);
        var batchId = task.Message.Batch;
        if (batchId is not null) await RequireOpenAsync(task, batchId, cancellationToken);
        var noted = await preparation.NoteAsync(task, cancellationToken);
        if (noted.Outgoing is not { } outgoing) return noted.Id;
        if (batchId is not null) await members.AddAsync(batchId, [noted.Id], task.Message.ParentId, cancellationToken);

        var lane = noted.Task.Lane;
        await sender.SendAsync(lane, [outgoing], cancellationToken);
        changes.NoteChange(lane);
        await preparation.ConfirmAsync(noted, cancellationToken);
        return noted.Id;
    }

    private async Task RequireOpenAsync(PreparedTask task, string batchId, CancellationToken cancellationToken)
    {
        try
        {
            await members.RequireOpenAsync(batchId, task.Message.ParentId, cancellationToken);
        }
        catch (BatchClosedException)
        {
            if (!await preparation.IsKnownAsync(task, cancellationToken)) throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SendOutcome>> SendBatchAsync(
        IReadOnlyList<TaskRequest> tasks, CancellationToken cancellationToken = default) =>
        batch.SendAsync(tasks, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default)
    {
        TaskKey.Require(id);
        if (await store.FindAsync(id, cancellationToken) is not { IsFinal: false }) return false;
        await store.RequestRevocationAsync(id);
        await revocations.AddAsync(id, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public Task<TaskRecord?> GetAsync(string id, CancellationToken cancellationToken = default)
    {
        TaskKey.Require(id);
        return store.FindAsync(id, cancellationToken);
    }
}
