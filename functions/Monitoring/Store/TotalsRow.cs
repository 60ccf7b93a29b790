using Azure.Data.Tables;
using Serverless.Resilience;

namespace Serverless.Monitoring.Store;

/// <summary>The totals of one task, lane and hour: of one instance, or of all of them once they were folded.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Lane">The Service Bus queue.</param>
/// <param name="Hour">The hour's start.</param>
/// <param name="Totals">What its runs come to.</param>
/// <param name="Minutes">The same by minute.</param>
internal sealed record TotalsRow(string Task, string Lane, DateTimeOffset Hour, TaskTotals Totals, MinuteCounts Minutes)
{
    /// <summary>Adds the runs of a row of the same task, lane and hour.</summary>
    public void Merge(TotalsRow other)
    {
        Totals.Merge(other.Totals);
        Minutes.Merge(other.Minutes);
    }

    internal TableEntity ToEntity(string rowKey)
    {
        var totals = Totals;
        var entity = new TableEntity(TotalsStore.BuildPartition(Hour), rowKey)
        {
            [nameof(Task)] = Task,
            [nameof(Lane)] = Lane,
            [nameof(TaskTotals.Total)] = totals.Total,
            [nameof(TaskTotals.Succeeded)] = totals.Succeeded,
            [nameof(TaskTotals.Failed)] = totals.Failed,
            [nameof(TaskTotals.Retried)] = totals.Retried,
            [nameof(TaskTotals.Revoked)] = totals.Revoked,
            [nameof(TaskTotals.Duration)] = totals.Duration.Ticks,
            [nameof(TaskTotals.Minimum)] = totals.Minimum.Ticks,
            [nameof(TaskTotals.Maximum)] = totals.Maximum.Ticks,
            [nameof(TaskTotals.Slowest)] = totals.Slowest ?? "",
            [nameof(TaskTotals.LastRun)] = totals.LastRun,
            [nameof(TaskTotals.Durations)] = totals.Durations.ToBytes(),
            [nameof(Minutes)] = Minutes.ToBytes(),
        };
        foreach (var errorClass in Enum.GetValues<ErrorClass>())
        {
            if (totals.CountErrors(errorClass) is > 0 and var errors) entity[errorClass.ToString()] = errors;
        }

        return entity;
    }

    internal static TotalsRow FromEntity(TableEntity entity)
    {
        var totals = new TaskTotals
        {
            Total = entity.GetInt64(nameof(TaskTotals.Total)) ?? 0,
            Succeeded = entity.GetInt64(nameof(TaskTotals.Succeeded)) ?? 0,
            Failed = entity.GetInt64(nameof(TaskTotals.Failed)) ?? 0,
            Retried = entity.GetInt64(nameof(TaskTotals.Retried)) ?? 0,
            Revoked = entity.GetInt64(nameof(TaskTotals.Revoked)) ?? 0,
            Duration = Time(entity, nameof(TaskTotals.Duration)),
            Minimum = Time(entity, nameof(TaskTotals.Minimum)),
            Maximum = Time(entity, nameof(TaskTotals.Maximum)),
            Slowest = entity.GetString(nameof(TaskTotals.Slowest)) is { Length: > 0 } id ? id : null,
            LastRun = entity.GetDateTimeOffset(nameof(TaskTotals.LastRun)),
            Durations = DurationSketch.FromBytes(entity.GetBinary(nameof(TaskTotals.Durations)) ?? []),
        };
        foreach (var errorClass in Enum.GetValues<ErrorClass>()) totals.SetErrors(errorClass, entity.GetInt64(errorClass.ToString()) ?? 0);
        return new TotalsRow(
            entity.GetString(nameof(Task)), entity.GetString(nameof(Lane)), TotalsStore.HourOf(
                entity.PartitionKey), totals, MinuteCounts.FromBytes(entity.GetBinary(nameof(Minutes)) ?? []));
    }

    private static TimeSpan Time(TableEntity entity, string name) => new(entity.GetInt64(name) ?? 0);
}
