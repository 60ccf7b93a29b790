using System.Diagnostics;
using System.Text.Json;
using Google.Protobuf;
using Serverless.Local.CommandLine;
using Serverless.Local.Runtime.Replay;
using Serverless.Workflows.Run;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Benchmarks.Durable;

/// <summary>The duration of the check before a deployment, without reading the histories from the host.</summary>
internal static class ReplayBenchmark
{
    public static CommandSyntax Syntax { get; } = new(
        "replay", "Replays recorded histories against this build.", ["[FOLDER]"],
        [new("--histories", "N", "So many, over and over; 1,000 unless given.")]);

    public static Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var count = arguments.GetInteger("--histories", 1, 1_000_000) ?? 1_000;
        var folder = arguments.GetPositional(0) ?? Path.Combine("tests", "Serverless.IntegrationTests", "Workflows", "Histories");
        arguments.Check();

        var histories = Directory.GetFiles(folder, "*.json").Select(Read).ToList();
        var replayer = new HistoryReplayer(typeof(WorkflowRun).Assembly);
        var (events, deviations) = (0L, 0);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var history = histories[i % histories.Count];
            events += history.Count;
            if (replayer.Replay("recorded", history) is not null) deviations++;
        }

        Console.WriteLine($"{count:N0} histories of {events:N0} events in {watch.Elapsed.TotalSeconds:0.0} s, {deviations:N0} deviate");
        return Task.CompletedTask;
    }

    private static List<P.HistoryEvent> Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        return [.. json.RootElement.GetProperty("Events").EnumerateArray()
            .Select(e => JsonParser.Default.Parse<P.HistoryEvent>(e.GetRawText()))];
    }
}
