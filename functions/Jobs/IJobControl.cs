using Microsoft.DurableTask.Client;

namespace Serverless.Jobs;

/// <summary>The jobs of one kind as <see cref="JobAnswers"/> shows and cancels them.</summary>
/// <typeparam name="TStatus">What is shown of a job.</typeparam>
internal interface IJobControl<TStatus>
    where TStatus : class
{
    /// <summary>The name of such a job, as in <c>CSV job</c>.</summary>
    string Name { get; }

    /// <summary>The address below <c>/api</c> that lists them.</summary>
    string Root { get; }

    /// <summary>The orchestrator that runs them.</summary>
    string Orchestrator { get; }

    /// <summary>A page of jobs, newest first, and the value for <c>after</c> that gives the next page; null on the last.</summary>
    Task<(IReadOnlyList<TStatus> Jobs, string? Next)> ListAsync(
        DurableTaskClient client, int size, string? after, CancellationToken cancellationToken);

    /// <summary>Null when there is no such job.</summary>
    Task<TStatus?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken);

    /// <summary>Cancels a job that has not ended, once or again; null when there is no such job.</summary>
    Task<JobCancellation<TStatus>?> CancelAsync(DurableTaskClient client, string id, CancellationToken cancellationToken);
}

/// <summary>The outcome of a cancellation.</summary>
/// <param name="State">The state that the job has.</param>
/// <param name="Status">The cancelled job; null when it could not be cancelled any more.</param>
internal sealed record JobCancellation<TStatus>(string State, TStatus? Status)
    where TStatus : class;
