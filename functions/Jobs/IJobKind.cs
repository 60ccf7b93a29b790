using Microsoft.DurableTask.Client;

namespace Serverless.Jobs;

/// <summary>The jobs of one kind, for <see cref="JobReconciler"/>.</summary>
internal interface IJobKind
{
    /// <summary>The ids of jobs that were accepted before a time and have not ended, or of whose end nobody was told.</summary>
    /// <param name="before">The time.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    IAsyncEnumerable<string> ListUnendedAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a job whose orchestration ended without its row being told, starts the orchestration of one that has none, as whoever accepted
    /// the job died in between, and tells of an end that nobody was told of.
    /// </summary>
    /// <param name="client">The durable client.</param>
    /// <param name="id">The job's id.</param>
    /// <param name="cancellationToken">Cancels what is not done yet.</param>
    /// <returns>True when the job had none, or ended so.</returns>
    Task<bool> ReconcileAsync(DurableTaskClient client, string id, CancellationToken cancellationToken);
}
