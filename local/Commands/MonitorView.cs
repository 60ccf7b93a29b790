using System.Globalization;
using Serverless.Local.Screens;
using Serverless.Monitoring;
using Serverless.Monitoring.Endpoints;

namespace Serverless.Local.Commands;

/// <summary>The monitor's answers as tables.</summary>
internal sealed class MonitorView(IScreen screen, TimeProvider time)
{
    // Columns that say least give way on lines of 80 and of 120 characters.
    private const int Wide = 150;
    private const int Middle = 110;

    public void Show(HealthOverview health)
    {
        var system = health.System;
        var checks = string.Join(", ", health.Checks.Select(c => $"{c.Name} {c.Status}"));
        screen.WriteLine(Texts.Fold($"The app is {health.Status}: {checks}.", screen.Width));
        foreach (var check in health.Checks.Where(c => c.Detail is not null))
            screen.WriteLine(Texts.Fold($"  {check.Name}: {check.Detail}", screen.Width));
        screen.WriteLine(
            $"{Texts.Count(system.Active, "run")} {(system.Active == 1 ? "is" : "are")} active on " +
            $"{Texts.Count(system.Instances, "instance")}.");
        ShowPauses(health.Pauses);
        var (hour, all) =
            (Row("hour", system.LastHour), Row(string.Create(CultureInfo.InvariantCulture, $"{system.Hours} hours"), system.Overall));
        Show(
            ["Last", "Runs", "Succeeded", "Failed", "Retried", "Revoked", "Success", "Mean"], [hour, all],
            narrow: ["Last", "Runs", "Failed", "Retried", "Revoked", "Success", "Mean"]);
    }

    /// <summary>A line for each pause; nothing when there is none.</summary>
    public void ShowPauses(IEnumerable<PausedWork> pauses)
    {
        foreach (var pause in pauses)
        {
            var since = pause.Since is { } moment ? $" since {Texts.FormatTime(moment)}" : "";
            var by = pause.Breaker is { } breaker ? $" by the circuit breaker {breaker}" : pause.By is { } name ? $" by {name}" : "";
            var probing = pause.Probing ? "; a run finds out whether it goes on" : "";
            screen.WriteLine(Texts.Fold($"Paused: {pause.Kind} {pause.Name}{since}{by}{probing}.", screen.Width));
        }
    }

    public void Show(IReadOnlyCollection<TaskStatistics> tasks)
    {
        if (tasks.Count == 0) screen.WriteLine("No task has run in that time.");
        else
        {
            Show(
                ["Task", "Active", "Runs", "Succeeded", "Failed", "Retried", "Success", "Mean", "p50", "p95", "p99", "Longest", "Last run"],
                tasks.Select(t => (string[])
                [
                    t.Task, Texts.FormatNumber(t.Active), Texts.FormatNumber(t.Total), Texts.FormatNumber(t.Succeeded), Texts.FormatNumber(
                        t.Failed), Texts.FormatNumber(
                        t.Retried), Share(t.SuccessRate),
                    Time(t.MeanMs), Time(t.P50Ms), Time(t.P95Ms), Time(t.P99Ms), Time(t.MaximumMs), LastRun(t.LastRun),
                ]),
                narrow: ["Task", "Runs", "Failed", "Success", "p50", "p95", "Last run"],
                middle: ["Task", "Active", "Runs", "Failed", "Retried", "Success", "Mean", "p50", "p95", "Longest", "Last run"]);
        }
    }

    public void Show(IReadOnlyCollection<RunningTask> slow)
    {
        if (slow.Count == 0) screen.WriteLine("No run takes that long.");
        else
        {
            Show(
                ["Task", "Name", "Queue", "Attempt", "Started", "For"],
                slow.Select(
                    r =>
                        (string[])[r.Id, r.Task, r.Lane, Texts.FormatNumber(r.Attempt), Texts.FormatTime(r.Started), Time(
                            (time.GetUtcNow() - r.Started).TotalMilliseconds)]),
                narrow: ["Task", "Name", "Attempt", "For"]);
        }
    }

    public void Show(FailureAnalysis failures)
    {
        screen.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{failures.Failures:N0} of {failures.Runs:N0} runs failed since {Texts.FormatTime(failures.From)}."));
        if (failures.Failures == 0) return;

        screen.WriteTable(["Task", "Failures", "Given up", "Share", "Errors"], failures.ByTask.Select(Row));
        screen.WriteTable(["Queue", "Failures", "Given up", "Share", "Errors"], failures.ByQueue.Select(Row));
        Show(
            ["Latest", "Name", "Queue", "Attempt", "Error", "Started"],
            failures.Latest.Select(
                e => (string[])[e.TaskId, e.Task, e.Lane, Texts.FormatNumber(e.Attempt), e.Error.ToString()!, Texts.FormatTime(e.Started)]),
            narrow: ["Latest", "Name", "Error"]);
    }

    private void Show(string[] headings, IEnumerable<string[]> rows, string[] narrow, string[]? middle = null)
    {
        var shown = screen.Width >= Wide ? headings : screen.Width >= Middle ? middle ?? headings : narrow;
        var places = shown.Select(heading => Array.IndexOf(headings, heading)).ToArray();
        screen.WriteTable(shown, rows.Select(row => (string[])[.. places.Select(place => row[place])]));
    }

    private string LastRun(DateTimeOffset? moment) =>
        screen.Width >= Wide || moment is not { } last ? Texts.FormatTime(moment) : $"{Texts.FormatDuration(time.GetUtcNow() - last)} ago";

    private static string[] Row(string name, HealthPeriod period) =>
    [
        name, Texts.FormatNumber(period.Total), Texts.FormatNumber(period.Succeeded), Texts.FormatNumber(period.Failed), Texts.FormatNumber(
            period.Retried), Texts.FormatNumber(period.Revoked),
        Share(period.SuccessRate), Time(period.MeanMs),
    ];

    private static string[] Row(FailureCount failure) =>
    [
        failure.Name, Texts.FormatNumber(failure.Failures), Texts.FormatNumber(failure.GivenUp), Share(failure.Share),
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
