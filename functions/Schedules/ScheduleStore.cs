using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Schedules;

/// <summary>
/// The schedules, in a table. Every change applies to the version that was read, so that of two at once one is refused and looks again.
/// </summary>
internal sealed class ScheduleStore(
    [FromKeyedServices(ScheduleStore.TableName)] LazyTable table, TimeProvider time, ChangeLog? changes = null)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "Schedules";

    /// <summary>Null when there is none of that name.</summary>
    public async Task<Schedule?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        return (await client.FindAsync<ScheduleRow>(ScheduleRow.Partition, name, cancellationToken))?.ToSchedule();
    }

    /// <summary>True when there is one of that name, also one that cannot be read.</summary>
    public async Task<bool> HasAsync(string name, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        return (await client.GetEntityIfExistsAsync<TableEntity>(
            ScheduleRow.Partition, name, [nameof(ScheduleRow.RowKey)], cancellationToken)).HasValue;
    }

    /// <summary>Stores a schedule over the version it was made of; a new one when it has none.</summary>
    /// <returns>The schedule as stored; null when somebody else was faster.</returns>
    public async Task<Schedule?> TrySaveAsync(Schedule schedule, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var row = ScheduleRow.Of(schedule, time.GetUtcNow());
        var isSaved = schedule.Tag is { } tag
            ? await client.TryUpdateAsync(row, tag, TableUpdateMode.Replace, cancellationToken)
            : await client.TryAddAsync(row, cancellationToken);
        if (!isSaved) return null;
        changes?.Note(ChangeKinds.Schedule, schedule.Name);
        return schedule with { Tag = row.ETag };
    }

    /// <summary>Changes a schedule as it is by then, however often others are faster.</summary>
    /// <returns>The schedule as stored; null when there is none of that name.</returns>
    public Task<Schedule?> UpdateAsync(string name, Func<Schedule, Schedule> change, CancellationToken cancellationToken) =>
        ChangeAsync(name, found => found is null ? null : change(found), cancellationToken);

    /// <summary>Makes a schedule, or changes the one of that name, however often others are faster.</summary>
    /// <returns>The schedule as stored.</returns>
    public async Task<Schedule> PutAsync(string name, Func<Schedule?, Schedule> change, CancellationToken cancellationToken) =>
        (await ChangeAsync(name, change, cancellationToken))!;

    /// <summary>Deletes a schedule. Runs that were started go on.</summary>
    /// <returns>False when there is none of that name.</returns>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        if (await FindAsync(name, cancellationToken) is null) return false;
        await client.DeleteEntityAsync(ScheduleRow.Partition, name, ETag.All, cancellationToken);
        changes?.Note(ChangeKinds.Schedule, name);
        return true;
    }

    /// <summary>A page of schedules in the order of their names.</summary>
    /// <param name="size">Schedules on a page.</param>
    /// <param name="after">The name that the page before ended with; null for the first.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The schedules, and the value of <paramref name="after"/> for the next page; null on the last.</returns>
    public async Task<(IReadOnlyList<Schedule> Schedules, string? Next)> ListAsync(
        int size, string? after, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ScheduleRow.Partition} and RowKey gt {after ?? ""}");
        var schedules = new List<Schedule>();
        await foreach (var schedule in QueryAsync(filter, cancellationToken))
        {
            if (schedules.Count == size) return (schedules, schedules[^1].Name);
            schedules.Add(schedule);
        }

        return (schedules, null);
    }

    /// <summary>The paused ones, unread: no other is read for it.</summary>
    internal async IAsyncEnumerable<ScheduleRow> ListPausedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {ScheduleRow.Partition} and PausedSince ge {DateTimeOffset.UnixEpoch}");
        string[] columns = [nameof(ScheduleRow.RowKey), nameof(ScheduleRow.PausedSince), nameof(ScheduleRow.PausedBy)];
        await foreach (var row in client.QueryAsync<ScheduleRow>(filter, null, columns, cancellationToken)) yield return row;
    }

    /// <summary>Notes of those that were paused before pauses were noted since when they are: their last change was the pause.</summary>
    internal async Task NotePausesAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ScheduleRow.Partition}");
        await foreach (var row in client.QueryAsync<ScheduleRow>(filter, cancellationToken: cancellationToken))
        {
            if (row.PausedSince is null && row.TryRead() is { Definition.Enabled: false })
                await UpdateAsync(row.RowKey, s => s with { Pause = Pause(s) }, cancellationToken);
        }

        static SchedulePause? Pause(Schedule schedule) =>
            schedule.Definition.Enabled ? null : schedule.Pause ?? new SchedulePause(schedule.Updated, null);
    }

    /// <summary>The rows that have to be looked at by then, unread: one that cannot be read must not keep the others from it.</summary>
    internal async IAsyncEnumerable<ScheduleRow> ListDueAsync(
        DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ScheduleRow.Partition} and Next le {until}");
        await foreach (var row in client.QueryAsync<ScheduleRow>(filter, cancellationToken: cancellationToken)) yield return row;
    }

    /// <summary>The rows of all schedules that will run again, unread: one that cannot be read is shown as that.</summary>
    internal async IAsyncEnumerable<ScheduleRow> ListRunningAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in ListDueAsync(DateTimeOffset.MaxValue, cancellationToken)) yield return row;
    }

    private async Task<Schedule?> ChangeAsync(string name, Func<Schedule?, Schedule?> change, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var (row, isWritten) = await client.ChangeAsync<ScheduleRow>(
            ScheduleRow.Partition, name,
            found => change(found?.ToSchedule()) is { } changed ? ScheduleRow.Of(changed, time.GetUtcNow()) : null, cancellationToken);
        if (isWritten) changes?.Note(ChangeKinds.Schedule, name);
        return row?.ToSchedule();
    }

    private async IAsyncEnumerable<Schedule> QueryAsync(string filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await foreach (var row in client.QueryAsync<ScheduleRow>(filter, cancellationToken: cancellationToken))
            yield return row.ToSchedule();
    }
}
