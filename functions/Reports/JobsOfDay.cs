using System.Runtime.CompilerServices;

namespace Serverless.Reports;

/// <summary>Reads what a store lists newest first, in pages.</summary>
internal static class JobsOfDay
{
    private const int PageSize = 100;

    /// <summary>A page of a store: its size, where the page before ended, and the jobs with where this one ends.</summary>
    public delegate Task<(IReadOnlyList<T> Jobs, string? Continuation)> Page<T>(
        int size, string? continuation, CancellationToken cancellationToken);

    /// <summary>The jobs that were accepted in a time, newest first.</summary>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        Page<T> page, Func<T, DateTimeOffset> accepted, DateTimeOffset from, DateTimeOffset to,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            (var jobs, continuation) = await page(PageSize, continuation, cancellationToken);
            foreach (var job in jobs)
            {
                if (accepted(job) < from) yield break;
                if (accepted(job) < to) yield return job;
            }
        }
        while (continuation is not null);
    }
}
