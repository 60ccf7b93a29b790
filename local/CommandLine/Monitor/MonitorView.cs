using System.Globalization;
using Serverless.Local.CommandLine.Screens;
using Serverless.Monitoring;
using Serverless.Monitoring.Endpoints;

namespace Serverless.Local.CommandLine.Monitor;

/// <summary>The monitor's answers as tables.</summary>
internal sealed class MonitorView(IScreen screen, TimeProvider time)
{
    public void Show(HealthOverview health)
    {
        var system = health.System;
        screen.Line($"The app is {health.Status}: {string.Join(", ", health.Checks.Select(c => $"{c.Name} {c.Status}"))}.");
        foreach (var check in health.Checks.Where(c => c.Detail is not null)) screen.Line($"  {check.Name}: {check.Detail}");
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{system.Active:N0} runs are active on {system.Instances:N0} instances."));
        screen.Table(
            ["Last", "Runs", "Succeeded", "Failed", "Retried", "Revoked", "Success", "Mean"],
            [Row("hour", system.LastHour), Row(string.Create(CultureInfo.InvariantCulture, $"{system.Hours} hours"), system.Overall)]);
    }

    public void Show(IReadOnlyCollection<TaskStatistics> tasks)
    {
        if (tasks.Count == 0) screen.Line("No task has run in that time.");
        else
        {
            screen.Table(
                ["Task", "Active", "Runs", "Succeeded", "Failed", "Retried", "Success", "Mean", "p50", "p95", "p99", "Longest", "Last run"],
                tasks.Select(t => (string[])
                [
                    t.Task, Texts.Number(t.Active), Texts.Number(t.Total), Texts.Number(t.Succeeded), Texts.Number(t.Failed), Texts.Number(t.Retried), Share(t.SuccessRate),
                    Time(t.MeanMs), Time(t.P50Ms), Time(t.P95Ms), Time(t.P99Ms), Time(t.MaximumMs), Texts.Moment(t.LastRun),
                ]));
        }
    }

    public void Show(IReadOnlyCollection<RunningTask> slow)
    {
        if (slow.Count == 0) screen.Line("No run takes that long.");
        else screen.Table(["Task", "Name", "Queue", "Attempt", "Started", "For"], slow.Select(r => (string[])
            [r.Id, r.Task, r.Lane, Texts.Number(r.Attempt), Texts.Moment(r.Started), Time((time.GetUtcNow() - r.Started).TotalMilliseconds)]));
    }

    public void Show(FailureAnalysis failures)
    {
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{failures.Failures:N0} of {failures.Runs:N0} runs failed since {Texts.Moment(failures.From)}."));
        if (failures.Failures == 0) return;

        screen.Table(["Task", "Failures", "Given up", "Share", "Errors"], failures.ByTask.Select(Row));
        screen.Table(["Queue", "Failures", "Given up", "Share", "Errors"], failures.ByQueue.Select(Row));
        screen.Table(["Latest", "Name", "Queue", "Attempt", "Error", "Started"], failures.Latest.Select(e => (string[])
            [e.TaskId, e.Task, e.Lane, Texts.Number(e.Attempt), e.Error.ToString()!, Texts.Moment(e.Started)]));
    }

    private static string[] Row(string name, HealthPeriod period) =>
    [
        name, Texts.Number(period.Total), Texts.Number(period.Succeeded), Texts.Number(period.Failed), Texts.Number(period.Retried), Texts.Number(period.Revoked),
        Share(period.SuccessRate), Time(period.MeanMs),
    ];

    private static string[] Row(FailureCount failure) =>
    [
        failure.Name, Texts.Number(failure.Failures), Texts.Number(failure.GivenUp), Share(failure.Share),
        string.Join(", ", failure.ByError.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Error} {e.Failures:N0}"))),
    ];

    private static string Share(double? share) => share?.ToString("0.0 %", CultureInfo.InvariantCulture) ?? "";

    private static string Time(double ms) => ms switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{ms:0.#} ms"),
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{ms / 1_000:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ms / 60_000:0.0} min"),
    };
}
