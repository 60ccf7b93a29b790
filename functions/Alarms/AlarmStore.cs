using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Alarms;

/// <summary>The alarms, in a table. Every change applies to the version that was read.</summary>
internal sealed class AlarmStore([FromKeyedServices(AlarmStore.TableName)] LazyTable table, ChangeLog? changes = null)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "Alarms";

    /// <summary>All of them are looked at each minute.</summary>
    public const int MaxAlarms = 200;

    /// <summary>Null when there is none of that name.</summary>
    public async Task<Alarm?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        return Read(await client.FindAsync<AlarmRow>(AlarmRow.Partition, name, cancellationToken));
    }

    /// <summary>The rows by name, unread: one that cannot be read must not keep the others from being looked at.</summary>
    public async Task<IReadOnlyList<AlarmRow>> ListAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {AlarmRow.Partition}");
        return await client.QueryAsync<AlarmRow>(filter, cancellationToken: cancellationToken).ToListAsync(cancellationToken);
    }

    /// <summary>Stores an alarm over the version it was made of.</summary>
    /// <returns>The alarm as stored; null when somebody else was faster, or it is gone.</returns>
    public async Task<Alarm?> TrySaveAsync(Alarm alarm, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var row = AlarmRow.Of(alarm);
        if (!await client.TryUpdateAsync(row, alarm.Tag!.Value, TableUpdateMode.Replace, cancellationToken)) return null;
        Note(alarm);
        return alarm with { Tag = row.ETag };
    }

    /// <summary>Changes an alarm as it is by then, however often others are faster.</summary>
    /// <param name="name">The alarm.</param>
    /// <param name="change">Is given the alarm, null when there is none; answers what to store, null for nothing.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The alarm as it then stands, and whether this call wrote it.</returns>
    public async Task<(Alarm? Alarm, bool IsWritten)> ChangeAsync(
        string name, Func<Alarm?, Alarm?> change, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var (row, isWritten) = await client.ChangeAsync<AlarmRow>(
            AlarmRow.Partition, name, found => change(Read(found)) is { } changed ? AlarmRow.Of(changed) : null, cancellationToken);
        var alarm = Read(row);
        if (isWritten) Note(alarm!);
        return (alarm, isWritten);
    }

    /// <summary>Deletes an alarm as it was read; nobody is told.</summary>
    /// <returns>False when it has changed since, or is gone.</returns>
    public async Task<bool> TryDeleteAsync(Alarm alarm, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var row = new TableEntity(AlarmRow.Partition, alarm.Name) { ETag = alarm.Tag!.Value };
        if (!await client.TryDeleteAsync(row, cancellationToken)) return false;
        changes?.Note(ChangeKinds.Alarm, alarm.Name);
        return true;
    }

    // One that cannot be read is put anew.
    private static Alarm? Read(AlarmRow? row) => row?.TryRead(out var alarm) == true ? alarm : null;

    private void Note(Alarm alarm) =>
        changes?.Note(ChangeKinds.Alarm, alarm.Name, alarm.State.Causes.Any(c => c.IsRaised) ? "raised" : "good");
}
