using System.Globalization;
using System.Text.Json;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Runtime.Replay;
using Serverless.Local.Screens;
using Serverless.Orchestrations;

namespace Serverless.Local.Commands.Replay;

/// <summary>
/// Replays the orchestrations of a host against this build: what runs there goes on with this build's code once it is deployed. Exit code
/// 1 when one would not do what it has done.
/// </summary>
internal sealed class ReplayCommand(IScreen screen)
{
    private const int Default = 200;
    private const int Max = 100_000;
    private const int AtOnce = 8;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static CommandSyntax Syntax { get; } = new(
        "replay", "Replays a host's orchestrations against this build, before it is deployed.", [], Switches.WithHost(
            new OptionSyntax("--ended", "N", $"At most so many that have ended, besides all that run; {Default} unless given.")));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var ended = arguments.GetInteger("--ended", 0, Max) ?? Default;
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var histories = new HistorySource(api);
        var replay = new HistoryReplay(new HistoryReplayer(typeof(OrchestrationFunctions).Assembly));
        var report = await screen.TrackAsync("Replaying", async _ =>
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(histories.ListAsync(ended, cancellationToken), parallel, async (instance, token) =>
            {
                if (await histories.ReadAsync(instance, token) is { } history) replay.Run(instance, history);
            });
            return replay.Report();
        });
        Show(report, arguments.Has(Switches.Json.Name));
        return report.Deviations.Count == 0 ? 0 : 1;
    }

    private void Show(ReplayReport report, bool asJson)
    {
        if (asJson)
        {
            screen.WriteLine(JsonSerializer.Serialize(report, Json));
            return;
        }

        if (report.Deviations.Count > 0)
            screen.WriteTable(["Orchestration", "Orchestrator", "Step", "Recorded", "This build"], report.Deviations.Select(Row));
        var found = report.Deviations.Count == 0
            ? "this build does what they did" : $"{Texts.FormatNumber(report.Deviations.Count)} would not go on";
        screen.WriteLine($"Replayed {Texts.Count(report.Running, "running orchestration")} and " +
            $"{Texts.Count(report.Ended, "ended one")}: {found}.");
        if (report.Deviations.Count > 0)
            screen.WriteFault(
                "Let them end before you deploy, or keep their steps: put new ones behind a version, or into another orchestrator.");
    }

    private static string[] Row(ReplayDeviation deviation) =>
    [
        deviation.Id, deviation.Orchestrator, deviation.Step?.ToString(CultureInfo.InvariantCulture) ?? "",
        deviation.Recorded, deviation.Now,
    ];
}
