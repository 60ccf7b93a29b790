using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Monitoring.Health;

namespace Serverless.Monitoring.Endpoints;

/// <summary>The monitor over HTTP. Instances store what they note every 5 seconds: what is newer is not seen yet.</summary>
internal sealed class MonitorFunctions(TaskMonitor monitor, AppHealth health, PauseList pauses, TimeProvider time)
{
    private const int MaxHours = 31 * 24;
    private const int MaxMinutes = 24 * 60;
    private const int MaxSeconds = 31 * 86_400;
    private const int MaxExecutions = 1000;

    /// <summary>
    /// <c>GET /api/monitor/health?hours=168</c>: the checks, what is active or paused, and totals of the last hours.
    /// </summary>
    [Function("MonitorHealth")]
    public Task<IResult> ShowHealthAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "monitor/health")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var query = new MonitorQuery(request.Query);
        var hours = query.ReadNumber("hours", 7 * 24, MaxHours);
        return query.AnswerAsync(async () =>
        {
            var (report, _) = await health.ReadLatestAsync(cancellationToken);
            return HealthOverview.From(
                report, await monitor.ReadHealthAsync(hours, cancellationToken), await pauses.ReadAsync(cancellationToken));
        });
    }

    /// <summary><c>GET /api/monitor/minutes?minutes=60</c>: the runs of the last minutes, minute by minute.</summary>
    [Function("MonitorMinutes")]
    public Task<IResult> ShowMinutesAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "monitor/minutes")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var query = new MonitorQuery(request.Query);
        var minutes = query.ReadNumber("minutes", 60, MaxMinutes);
        return query.AnswerAsync(() => monitor.ReadMinutesAsync(minutes, cancellationToken));
    }

    /// <summary><c>GET /api/monitor/tasks?hours=24&amp;task=</c>: counts and durations by task.</summary>
    [Function("MonitorTasks")]
    public Task<IResult> ShowTasksAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "monitor/tasks")] HttpRequest request, CancellationToken cancellationToken)
    {
        var query = new MonitorQuery(request.Query);
        var hours = query.ReadNumber("hours", 24, MaxHours);
        return query.AnswerAsync(() => monitor.ReadTasksAsync(hours, query.ReadText("task"), cancellationToken));
    }

    /// <summary><c>GET /api/monitor/slow?seconds=30</c>: runs that have not ended after so long.</summary>
    [Function("MonitorSlow")]
    public Task<IResult> ShowSlowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "monitor/slow")] HttpRequest request, CancellationToken cancellationToken)
    {
        var query = new MonitorQuery(request.Query);
        var threshold = TimeSpan.FromSeconds(query.ReadNumber("seconds", 30, MaxSeconds));
        return query.AnswerAsync(() => monitor.ListSlowAsync(threshold, cancellationToken));
    }

    /// <summary><c>GET /api/monitor/failures?hours=24</c>: what failed by task, queue and error class.</summary>
    [Function("MonitorFailures")]
    public Task<IResult> ShowFailuresAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "monitor/failures")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var query = new MonitorQuery(request.Query);
        var hours = query.ReadNumber("hours", 24, MaxHours);
        return query.AnswerAsync(() => monitor.ReadFailuresAsync(hours, cancellationToken));
    }

    /// <summary>
    /// <c>GET /api/monitor/executions?hours=24&amp;task=&amp;state=&amp;error=&amp;size=100</c>: the last runs, the newest first.
    /// </summary>
    [Function("MonitorExecutions")]
    public Task<IResult> ShowExecutionsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "monitor/executions")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var query = new MonitorQuery(request.Query);
        var since = time.GetUtcNow().AddHours(-query.ReadNumber("hours", 24, MaxHours));
        var wanted = new ExecutionQuery(
            since, query.ReadText("task"), query.ReadState("state"), query.ReadError("error"), query.ReadNumber(
                "size", 100, MaxExecutions));
        return query.AnswerAsync(() => monitor.ListExecutionsAsync(wanted, cancellationToken));
    }
}
