using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Serverless.Monitoring.Health;

/// <summary>
/// Runs the health checks, one round at a time, and remembers what the last one found: who asks often costs no more than who asks seldom.
/// </summary>
internal sealed class AppHealth(HealthCheckService checks, IOptions<HealthSettings> settings, TimeProvider time, ILogger<AppHealth> logger)
    : IDisposable
{
    private readonly SemaphoreSlim _round = new(1);
    private HealthReport? _last;
    private DateTimeOffset _checkedAt;

    /// <summary>The last findings of the checks while they are fresh, else new ones.</summary>
    public async Task<(HealthReport Report, DateTimeOffset CheckedAt)> ReadLatestAsync(CancellationToken cancellationToken)
    {
        await _round.WaitAsync(cancellationToken);
        try
        {
            if (_last is null || time.GetUtcNow() - _checkedAt >= settings.Value.Remember) await RunAsync(cancellationToken);
            return (_last!, _checkedAt);
        }
        finally
        {
            _round.Release();
        }
    }

    /// <summary>Runs the checks.</summary>
    public async Task<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        await _round.WaitAsync(cancellationToken);
        try
        {
            return await RunAsync(cancellationToken);
        }
        finally
        {
            _round.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _round.Dispose();

    private async Task<HealthReport> RunAsync(CancellationToken cancellationToken)
    {
        var report = await checks.CheckHealthAsync(cancellationToken);
        var before = _last?.Status ?? HealthStatus.Healthy;
        if (report.Status != before) Logs.HealthChanged(logger, before, report.Status);
        _checkedAt = time.GetUtcNow();
        return _last = report;
    }
}
