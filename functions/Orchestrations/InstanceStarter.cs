using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.Http;

namespace Serverless.Orchestrations;

/// <summary>The one way in which orchestrations are started: each once for its id, whoever asks and however often.</summary>
internal static class InstanceStarter
{
    /// <summary>Starts an orchestration unless its instance is there.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="orchestrator">The orchestrator's name.</param>
    /// <param name="id">The instance's id.</param>
    /// <param name="input">The orchestration's input.</param>
    /// <param name="mayRestart">
    /// Asked of an instance that has ended: true starts it again, since what it was to do is not done, or is to be done anew. Null leaves
    /// it as it is.
    /// </param>
    /// <param name="cancellationToken">Cancels what is not started yet.</param>
    /// <returns>True when this call started it.</returns>
    /// <exception cref="InstanceTakenException">The id is an instance's of another orchestrator.</exception>
    public static async Task<bool> StartOnceAsync(
        this DurableTaskClient client, string orchestrator, string id, object? input, Func<OrchestrationMetadata, Task<bool>>? mayRestart,
        CancellationToken cancellationToken)
    {
        if (await IsThereAsync()) return false;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(id), cancellationToken);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Hosts refuse a running instance's id with exceptions of their own: what counts is whether it is there now.
            if (!await IsThereAsync()) throw;
            return false;
        }

        async Task<bool> IsThereAsync() =>
            await client.FindOwnAsync(orchestrator, id, cancellationToken) is { } known
                && !(known.IsCompleted && mayRestart is not null && await mayRestart(known));
    }

    /// <summary>An orchestrator's instance; null when there is none of that id.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="orchestrator">The orchestrator's name.</param>
    /// <param name="id">The instance's id.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <param name="withInput">Reads its input and output, too.</param>
    /// <exception cref="InstanceTakenException">The id is an instance's of another orchestrator.</exception>
    public static async Task<OrchestrationMetadata?> FindOwnAsync(
        this DurableTaskClient client, string orchestrator, string id, CancellationToken cancellationToken, bool withInput = false)
    {
        var known = await client.GetInstanceAsync(id, withInput, cancellationToken);
        return known is null || known.Name == orchestrator ? known : throw new InstanceTakenException(id);
    }
}

/// <summary>An id is used for an orchestration of another kind: all of them share one set of ids.</summary>
internal sealed class InstanceTakenException(string id)
    : Exception($"The id '{id}' is in use for work of another kind. Give another id."), IRefusal
{
    /// <inheritdoc/>
    public int Status => StatusCodes.Status409Conflict;

    /// <inheritdoc/>
    public string Title => "The id is taken";
}
