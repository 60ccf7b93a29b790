using System.Globalization;
using DurableTask.Core.Exceptions;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask.Client;
using Serverless.Local.Sqlite;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// The commands of clients and of the HTTP management API for instances. Payloads are as they are stored: JSON, or plain text for reasons.
/// </summary>
internal sealed class InstanceCommands(DurableEngine engine, SqliteStore store, TimeProvider time)
{
    private const string Columns = "key, id, name, version, status, created, updated, input, output, custom_status, failure, tags";

    public static ArgumentException NoSuch(string id) => new($"No orchestration with the ID '{id}' was found.");

    /// <param name="created">What to start.</param>
    /// <param name="refusing">The statuses of an existing instance that refuse the start; null: those of one that is not finished.</param>
    /// <exception cref="OrchestrationAlreadyExistsException">The start was refused.</exception>
    public async Task StartAsync(NewInstance created, IReadOnlySet<OrchestrationRuntimeStatus>? refusing)
    {
        var (instance, replaced) = await store.WriteAsync(session =>
        {
            var existing = DurableRows.FindStatus(session, created.Id);
            if (existing is not null)
            {
                var refuses = refusing?.Contains(existing.Status) ?? DurableRows.IsUnfinished(existing.Status);
                if (refuses) throw new OrchestrationAlreadyExistsException(DurableRows.DescribeExisting(created.Id));
                DurableRows.DeleteInstance(session, existing.Key);
            }

            var instance = DurableRows.InsertInstance(session, created);
            engine.Expect(instance);
            return (instance, existing);
        });
        if (replaced is not null) engine.Forget(replaced.Key);
        engine.Begin(instance);
    }

    /// <exception cref="ArgumentException">No such instance.</exception>
    /// <exception cref="InvalidOperationException">The instance is finished.</exception>
    public Task RaiseEventAsync(string id, string name, string? json)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return SendAsync(id, HistoryEvents.Raised(name, json, engine.Now));
    }

    /// <inheritdoc cref="RaiseEventAsync"/>
    public Task SuspendAsync(string id, string? reason) => SendAsync(id, HistoryEvents.Suspended(reason, engine.Now));

    /// <inheritdoc cref="RaiseEventAsync"/>
    public Task ResumeAsync(string id, string? reason) => SendAsync(id, HistoryEvents.Resumed(reason, engine.Now));

    /// <inheritdoc cref="RaiseEventAsync"/>
    public async Task TerminateAsync(string id, string? output, bool recursive = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var sent = await store.WriteAsync(session =>
        {
            var keys = new List<long> { FindUnfinished(session, id) };
            for (var i = 0; recursive && i < keys.Count; i++)
            {
                keys.AddRange(
                    session.Query("SELECT key FROM instances WHERE parent_key = $1 AND status IN (0, 6, 7)", r => r.GetInt64(0), keys[i]));
            }

            return keys.ConvertAll(
                key => (key, DurableRows.InsertMessage(session, key, new Message(HistoryEvents.Terminated(output, engine.Now)))));
        });
        foreach (var (key, message) in sent) engine.Deliver(key, message);
    }

    /// <returns>How many instances were removed: 0 if there is none, or it is not finished.</returns>
    public Task<int> PurgeAsync(string id, bool recursive = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return store.WriteAsync(session =>
            DurableRows.FindStatus(session, id) is { } found && !DurableRows.IsUnfinished(found.Status)
                ? Purge(session, found.Key, recursive) : 0);
    }

    /// <summary>Removes page by page, so that nobody else waits long for the writer.</summary>
    public async Task<PurgeResult> PurgeAllAsync(PurgeInstancesFilter filter, bool recursive, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var statuses =
            (filter.Statuses
                ?? [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated])
            .Where(s => !DurableRows.IsUnfinished(s)).ToList();
        var query = new OrchestrationQuery(filter.CreatedFrom, filter.CreatedTo, statuses);
        var purged = 0;
        string? token = null;
        do
        {
            if (filter.Timeout is { } limit && time.GetElapsedTime(start) >= limit) return new PurgeResult(purged, isComplete: false);
            var (rows, next) = List(query, token, 200);
            purged += await store.WriteAsync(session => rows.Sum(row => Purge(session, row.Key, recursive))).WaitAsync(cancellation);
            token = next;
        }
        while (token is not null);
        return new PurgeResult(purged, isComplete: true);
    }

    public InstanceRow? Find(string id) => store.Read(s => s.QueryFirst($"SELECT {Columns} FROM instances WHERE id = $1", Map, id));

    /// <summary>The history of the instance's current execution; empty if there is no such instance.</summary>
    public IReadOnlyList<P.HistoryEvent> ReadHistory(string id) => store.Read(s =>
        DurableRows.FindStatus(s, id) is { } found ? DurableRows.ReadHistory(s, found.Key) : []);

    /// <returns>A page, the oldest first, and the next one's token.</returns>
    public (IReadOnlyList<InstanceRow> Rows, string? Next) List(OrchestrationQuery query, string? token, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var after = ReadToken(token);
        var statuses = query.Statuses?.Aggregate(0, (bits, status) => bits | (1 << (int)status)) ?? -1;
        var rows = store.Read(s => s.Query(
            $"""
            SELECT {Columns} FROM instances
            WHERE (created, key) > ($1, $2) AND created >= $3 AND created <= $4 AND ($5 >> status) & 1 AND substr(id, 1, length($6)) = $6
            ORDER BY created, key LIMIT $7
            """,
            Map,
            after.Created, after.Key, query.CreatedFrom?.UtcTicks ?? 0, query.CreatedTo?.UtcTicks ?? long.MaxValue, statuses,
            query.InstanceIdPrefix ?? "", size + 1));
        if (rows.Count <= size) return (rows, null);
        rows.RemoveAt(size);
        return (rows, string.Create(CultureInfo.InvariantCulture, $"{rows[^1].Created.Ticks}-{rows[^1].Key}"));
    }

    private static (long Created, long Key) ReadToken(string? token)
    {
        if (string.IsNullOrEmpty(token)) return (-1, -1);
        return token.Split('-') is [var created, var key]
            && long.TryParse(created, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
                ? (at, last)
                : throw new ArgumentException("The continuation token is not one of this query's.", nameof(token));
    }

    private static InstanceRow Map(SqliteDataReader r) => new(
        r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), (OrchestrationRuntimeStatus)r.GetInt32(4),
        DurableRows.ReadTime(r, 5)!.Value, DurableRows.ReadTime(r, 6)!.Value)
    {
        Input = DurableRows.ReadText(r, 7),
        Output = DurableRows.ReadText(r, 8),
        CustomStatus = DurableRows.ReadText(r, 9),
        Failure = DurableRows.ReadText(r, 10),
        Tags = DurableRows.ReadText(r, 11),
    };

    private static long FindUnfinished(SqliteSession session, string id)
    {
        var found = DurableRows.FindStatus(session, id) ?? throw NoSuch(id);
        return DurableRows.IsUnfinished(found.Status)
            ? found.Key
            : throw new InvalidOperationException($"The orchestration '{id}' is finished: {found.Status}.");
    }

    private static int Purge(SqliteSession session, long key, bool recursive)
    {
        var children = recursive
            ? session.Query("SELECT key FROM instances WHERE parent_key = $1 AND status NOT IN (0, 6, 7)", r => r.GetInt64(0), key)
            : [];
        if (session.QueryNumber("SELECT count(*) FROM instances WHERE key = $1", key) == 0) return 0;
        DurableRows.DeleteInstance(session, key);
        return 1 + children.Sum(child => Purge(session, child, recursive));
    }

    private async Task SendAsync(string id, P.HistoryEvent e)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var (key, message) = await store.WriteAsync(session =>
        {
            var found = FindUnfinished(session, id);
            return (found, DurableRows.InsertMessage(session, found, new Message(e)));
        });
        engine.Deliver(key, message);
    }
}
