using Microsoft.Extensions.DependencyInjection;
using Serverless.Jobs;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Email.Jobs.Store;

/// <summary>The mail jobs that were ever accepted. A job that has ended stays as it is, whatever comes late.</summary>
internal sealed class MailJobStore(
    [FromKeyedServices(MailJobStore.TableName)] LazyTable table, TimeProvider time, ChangeLog? changes = null)
    : JobTable<MailJobEntity>(table, MailJobEntity.Name, ChangeKinds.MailJob, time, changes)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "MailJobs";

    /// <summary>The form of its keys.</summary>
    public static readonly TableForm Form = new(TableName, 2, JobRows.Moves);

    /// <summary>Ends a job that runs. One that was cancelled keeps its state and takes the figures all the same.</summary>
    /// <returns>The job as it then stands.</returns>
    /// <exception cref="InvalidOperationException">There is no such job.</exception>
    public Task<MailJobEntity> EndAsync(
        string id, MailJobState state, Action<MailJobEntity>? change, CancellationToken cancellationToken) => ChangeAsync(
        id,
        job =>
        {
            if (job.GetState() is MailJobState.Running) job.State = state.ToString();
            else if (job.GetState() != state && job.GetState() != MailJobState.Cancelled) return false;
            job.EndedAt ??= Now;
            change?.Invoke(job);
            return true;
        },
        cancellationToken);
}
