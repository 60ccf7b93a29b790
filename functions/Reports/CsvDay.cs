using Serverless.CsvJobs.Store;

namespace Serverless.Reports;

/// <summary>Sums up the CSV jobs of a day, however many.</summary>
internal sealed class CsvDay(CsvJobStore store)
{
    private const int Shown = 10;

    /// <summary>Sums up the jobs that were accepted in a time.</summary>
    public async Task<CsvSection> CollectAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var sum = new CsvSection(0, 0, 0, 0, 0, null, []);
        var (timedRows, seconds) = (0L, 0.0);
        var largest = new PriorityQueue<CsvLine, long>();
        await foreach (var job in JobsOfDay.ReadAsync<CsvJobEntity>(store.ListAsync, j => j.CreatedAt, from, to, cancellationToken))
        {
            var state = job.GetState();
            sum = sum with
            {
                Jobs = sum.Jobs + 1,
                Completed = sum.Completed + (state == CsvJobState.Completed ? 1 : 0),
                Failed = sum.Failed + (state == CsvJobState.Failed ? 1 : 0),
                Rows = sum.Rows + (job.Total ?? 0),
                Rejected = sum.Rejected + (job.Rejected ?? 0),
            };
            var taken = (job.EndedAt - job.CreatedAt)?.TotalSeconds;
            if (state == CsvJobState.Completed) (timedRows, seconds) = (timedRows + (job.Total ?? 0), seconds + (taken ?? 0));
            largest.Enqueue(
                new CsvLine(job.RowKey, job.Path, job.State, job.Total, job.Rejected, taken is { } s ? Math.Round(s, 3) : null), job.Total
                    ?? 0);
            if (largest.Count > Shown) largest.Dequeue();
        }

        return sum with
        {
            RowsPerSecond = seconds > 0 ? Math.Round(timedRows / seconds) : null,
            Largest =
                [.. largest.UnorderedItems.OrderByDescending(l => l.Priority).ThenBy(l => l.Element.Path, StringComparer.Ordinal)
                    .Select(l => l.Element)],
        };
    }
}
