using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.CsvJobs.Intake;

/// <summary>
/// Starts the job of a file whose creation was announced. Events come twice, late and in any order, and a creation can be told of
/// before the content is committed: what counts is the blob as it stands when it is looked at.
/// </summary>
internal sealed class BlobIntake(IncomingBlobs incoming, IncomingStarter starter, IOptions<CsvSettings> settings, TimeProvider time)
{
    /// <summary>Looks at a blob that is not there: about ten minutes in all. The reconciler finds what comes later.</summary>
    public const int MaxLooks = 7;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);

    /// <summary>Starts the job, if there is anything to start.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="blobEvent">What was announced.</param>
    /// <param name="look">How often this event was looked at before.</param>
    /// <param name="cancellationToken">Cancels what is not started yet.</param>
    /// <returns>When to look again; null when the event is done with.</returns>
    public async Task<DateTimeOffset?> LookAsync(
        DurableTaskClient client, BlobEvent blobEvent, int look, CancellationToken cancellationToken)
    {
        if (!blobEvent.IsCreation || blobEvent.Container != Containers.Incoming || IncomingBlobs.IsSchema(blobEvent.Path)) return null;
        var now = time.GetUtcNow();
        if (await incoming.FindAsync(blobEvent.Path, cancellationToken) is not { } blob)
            return look + 1 < MaxLooks ? now + (FirstWait * (1 << look)) : null;

        // Whoever dropped it may be about to start it with options of their own.
        var due = blob.ModifiedAt + settings.Value.ReconcileGrace;
        if (now < due) return due;
        await starter.StartAsync(client, blob, cancellationToken);
        return null;
    }
}
