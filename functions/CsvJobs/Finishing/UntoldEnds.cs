using Microsoft.DurableTask.Client;
using Serverless.CsvJobs.Store;
using Serverless.Jobs;

namespace Serverless.CsvJobs.Finishing;

/// <summary>
/// The ends of jobs that nobody has told of. A job's orchestration, or that of its parts, tells at once; it may have been ended from
/// outside in between.
/// </summary>
/// <param name="store">The jobs.</param>
/// <param name="teller">Needs a broker, which a look that finds nothing does not.</param>
/// <param name="time">Says how long somebody could not be told.</param>
internal sealed class UntoldEnds(CsvJobStore store, Lazy<FinishTeller> teller, TimeProvider time) : IJobKind
{
    // Who cannot be told for so long is not there any more.
    private static readonly TimeSpan MaxUntold = TimeSpan.FromDays(7);

    /// <summary>The ids of jobs that ended, or were about to, before a time.</summary>
    public IAsyncEnumerable<string> ListUnendedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        store.Untold.ListAsync(before, cancellationToken);

    /// <summary>Tells of the end of a job.</summary>
    /// <returns>False when somebody has, or it has not ended after all.</returns>
    public async Task<bool> ReconcileAsync(DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        if (await store.Untold.FindAsync(id, cancellationToken) is not { } note
            || await store.FindAsync(id, cancellationToken) is not { EndedAt: not null }) return false;
        try
        {
            await teller.Value.TellAsync(client, id, cancellationToken);
        }
        catch (Exception) when (time.GetUtcNow() - note.NotedAt > MaxUntold)
        {
            await store.Untold.RemoveAsync(note, cancellationToken);
            throw;
        }

        return true;
    }
}
