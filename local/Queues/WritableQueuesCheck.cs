using Microsoft.Extensions.Diagnostics.HealthChecks;
using Serverless.Local.Sqlite;

namespace Serverless.Local.Queues;

/// <summary>The queues answer, and the disk beneath takes what is sent to them.</summary>
internal sealed class WritableQueuesCheck(IHealthCheck queues, SqliteStore store) : IHealthCheck
{
    private const string Migration = "CREATE TABLE health_probe (id INTEGER PRIMARY KEY, bytes BLOB)";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await store.MigrateAsync("health", Migration);
        await store.WriteAsync(session => session.Execute("INSERT OR REPLACE INTO health_probe (id, bytes) VALUES (1, zeroblob(65536))"));
        return await queues.CheckHealthAsync(context, cancellationToken);
    }
}
