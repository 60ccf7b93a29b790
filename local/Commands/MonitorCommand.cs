using System.Globalization;
using System.Text.Json;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;
using Serverless.Monitoring;
using Serverless.Monitoring.Endpoints;

namespace Serverless.Local.Commands;

/// <summary>Shows what the app has run and is running.</summary>
internal sealed class MonitorCommand(IScreen screen, TimeProvider time)
{
    private const int MaxHours = 31 * 24;
    private const int MaxSeconds = 31 * 86_400;
    private const int Unhealthy = 1;

    private static readonly OptionSyntax Health = new(
        "--health", null, "The health checks and the totals; with the tasks, what is shown unless something else is asked for.");
    private static readonly OptionSyntax Slow = new("--slow", "[SECONDS]", "Runs that have not ended after so long; 30 unless given.");
    private static readonly OptionSyntax Failures = new("--failures", "[HOURS]", "What failed in the last hours; 24 unless given.");
    private static readonly OptionSyntax Task = new("--task", "NAME", "Counts and durations of one task.");
    private static readonly OptionSyntax Hours = new("--hours", "N", "How far back the tasks' counts go; 24 unless given.");

    public static CommandSyntax Syntax { get; } = new(
        "monitor", "Shows health, slow runs, failures and how the tasks do.", [], Switches.WithHost(
            Health, Slow, Failures, Task, Hours, Switches.Watch));

    /// <returns>1 when the health is asked for and bad.</returns>
    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var seconds = arguments.GetInteger(Slow.Name, 1, MaxSeconds);
        var failureHours = arguments.GetInteger(Failures.Name, 1, MaxHours);
        var hours = arguments.GetInteger(Hours.Name, 1, MaxHours);
        var target = HostTarget.Read(arguments);
        arguments.Check();

        var all = !arguments.Has(Health.Name) && !arguments.Has(Slow.Name) && !arguments.Has(Failures.Name) && !arguments.Has(Task.Name);
        using var api = new HostApi(target);
        var answers = new Dictionary<string, JsonElement>();
        if (all || arguments.Has(Health.Name)) answers["health"] = await api.GetAsync("monitor/health", cancellationToken);
        if (all || arguments.Has(Task.Name))
            answers["tasks"] = await api.GetAsync(
                HostApi.BuildPath("monitor/tasks", ("hours", Text(hours)), ("task", arguments.GetText(Task.Name))), cancellationToken);
        if (arguments.Has(Slow.Name))
            answers["slow"] = await api.GetAsync(HostApi.BuildPath("monitor/slow", ("seconds", Text(seconds))), cancellationToken);
        if (arguments.Has(Failures.Name))
            answers["failures"] = await api.GetAsync(
                HostApi.BuildPath("monitor/failures", ("hours", Text(failureHours))), cancellationToken);

        if (arguments.Has(Switches.Json.Name)) ShowJson(answers);
        else Show(answers);
        return answers.TryGetValue("health", out var health) && health.GetProperty("status").ValueEquals("unhealthy") ? Unhealthy : 0;
    }

    private void ShowJson(Dictionary<string, JsonElement> answers) =>
        screen.WriteLine(Texts.FormatJson(answers.Count == 1 ? answers.Values.Single() : JsonSerializer.SerializeToElement(answers)));

    private void Show(Dictionary<string, JsonElement> answers)
    {
        var view = new MonitorView(screen, time);
        if (Read<HealthOverview>(answers, "health") is { } health) view.Show(health);
        if (Read<TaskStatistics[]>(answers, "tasks") is { } tasks) view.Show(tasks);
        if (Read<RunningTask[]>(answers, "slow") is { } slow) view.Show(slow);
        if (Read<FailureAnalysis>(answers, "failures") is { } failures) view.Show(failures);
    }

    private static T? Read<T>(Dictionary<string, JsonElement> answers, string name)
        where T : class => answers.TryGetValue(name, out var answer) ? answer.Deserialize<T>(JsonSerializerOptions.Web) : null;

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
