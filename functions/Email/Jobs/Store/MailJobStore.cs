using Microsoft.Extensions.DependencyInjection;
using Serverless.Jobs;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Email.Jobs.Store;

/// <summary>The mail jobs that were ever accepted. A job that has ended stays as it is, whatever comes late.</summary>
internal sealed class MailJobStore(
    [FromKeyedServices(MailJobStore.TableName)] LazyTable lazyTable, TimeProvider time, ChangeLog? changes = null)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "MailJobs";

    /// <summary>The form of its keys.</summary>
    public static readonly TableForm Form = new(TableName, 2, JobRows.Moves);

    private readonly JobTable<MailJobEntity> _jobs = new(
        lazyTable, "mail job", time, job => changes?.Note(ChangeKinds.MailJob, job.RowKey, job.State));

    /// <inheritdoc cref="JobTable{TJob}.AddAsync"/>
    public Task<MailJobEntity> AddAsync(MailJobEntity job, CancellationToken cancellationToken) => _jobs.AddAsync(job, cancellationToken);

    /// <summary>Null when there is no such job.</summary>
    public Task<MailJobEntity?> FindAsync(string id, CancellationToken cancellationToken) => _jobs.FindAsync(id, cancellationToken);

    /// <inheritdoc cref="JobTable{TJob}.BeginAsync"/>
    public Task BeginAsync(string id, CancellationToken cancellationToken) => _jobs.BeginAsync(id, cancellationToken);

    /// <summary>Notes that a running job has come further.</summary>
    public void NoteProgress(string id) => changes?.Note(ChangeKinds.MailJob, id, nameof(MailJobState.Running));

    /// <summary>True when the job is known and has not ended.</summary>
    public async Task<bool> IsRunningAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { } job && job.GetState() == MailJobState.Running;

    /// <summary>Ends a job that runs. One that was cancelled keeps its state and takes the figures all the same.</summary>
    /// <returns>The job as it then stands.</returns>
    /// <exception cref="InvalidOperationException">There is no such job.</exception>
    public Task<MailJobEntity> EndAsync(
        string id, MailJobState state, Action<MailJobEntity>? change, CancellationToken cancellationToken) => _jobs.ChangeAsync(
        id,
        job =>
        {
            if (job.GetState() is MailJobState.Running) job.State = state.ToString();
            else if (job.GetState() != state && job.GetState() != MailJobState.Cancelled) return false;
            job.EndedAt ??= time.GetUtcNow();
            change?.Invoke(job);
            return true;
        },
        cancellationToken);

    /// <summary>The ids of jobs that were accepted before a time and have not ended.</summary>
    public IAsyncEnumerable<string> ListUnendedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        _jobs.ListUnendedAsync(before, cancellationToken);

    /// <inheritdoc cref="JobTable{TJob}.ListAsync"/>
    public Task<(IReadOnlyList<MailJobEntity> Jobs, string? Continuation)> ListAsync(
        int size, string? continuation, CancellationToken cancellationToken) =>
        _jobs.ListAsync(size, continuation, cancellationToken);

    /// <inheritdoc cref="JobTable{TJob}.ListEndedAsync"/>
    internal Task<IReadOnlyList<EndedJob>> ListEndedAsync(DateTimeOffset before, int max, CancellationToken cancellationToken) =>
        _jobs.ListEndedAsync(before, max, cancellationToken);

    /// <inheritdoc cref="JobTable{TJob}.DeleteAsync"/>
    internal Task DeleteAsync(EndedJob job, CancellationToken cancellationToken) => _jobs.DeleteAsync(job, cancellationToken);
}
