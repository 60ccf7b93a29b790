using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Benchmarks.Tasks;
using Serverless.Local.CommandLine;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Storage;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.TestSupport.Scale;
using Serverless.Workflows;
using Serverless.Workflows.Canvas;
using Serverless.Workflows.Items;
using Serverless.Workflows.Run;

namespace Serverless.Benchmarks.Workflows;

/// <summary>Canvases of tasks that do nothing, through their queue and as activities: time, memory and length of the history.</summary>
internal static class CanvasBenchmark
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static CommandSyntax Syntax { get; } = new(
        "canvas", "Measures a chain, a chord and a map of tasks that do nothing, on the local host.", [],
    [
        new("--chain", "N", "Tasks of the chain; 100 unless given."),
        new("--chord", "N", "Tasks of the chord; 1,000 unless given."),
        new("--items", "N", "Items of the map; 100,000 unless given."),
        new("--chunk", "N", "Items of a chunk; 1,000 unless given."),
        new("--rounds", "N", "Rounds, of which the best counts; 3 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var chain = arguments.GetInteger("--chain", 2, 10_000) ?? 100;
        var chord = arguments.GetInteger("--chord", 1, 9_000) ?? 1_000;
        var items = arguments.GetInteger("--items", 1, 10_000_000) ?? 100_000;
        var chunk = arguments.GetInteger("--chunk", 1, 10_000) ?? 1_000;
        var rounds = arguments.GetInteger("--rounds", 1, 100) ?? 3;
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("canvas-");
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(
                Path.Combine(folder.FullName, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
            var data = Path.Combine(folder.FullName, "host");
            await using var queues = await LocalQueues.StartAsync(
                data, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
            await using var host = await StartAsync(data, azurite, queues);
            using var http = new HttpClient { BaseAddress = host.Address };
            foreach (var size in new[] { items / 10, items }) await UploadAsync(azurite, size, cancellationToken);
            foreach (var via in new[] { TaskVia.Queue, TaskVia.Activity })
            {
                await MeasureAsync(http, $"chain of {chain:N0} by {via}", Chain(chain, via), rounds, cancellationToken);
                await MeasureAsync(http, $"chord of {chord:N0} by {via}", Chord(chord, via), rounds, cancellationToken);
                foreach (var size in new[] { items / 10, items })
                    await MeasureAsync(
                        http, $"map over {size:N0} items in chunks of {chunk:N0} by {via}", Map(
                            size, chunk, via), rounds, cancellationToken);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static TaskNode NoOp(int number, TaskVia via) => Compose.Task("bench.noop", new { number }) with { Via = via };

    private static ChainNode Chain(int count, TaskVia via) => Compose.Chain([.. Enumerable.Range(0, count).Select(i => NoOp(i, via))]);

    private static ChordNode Chord(int count, TaskVia via) =>
        Compose.Chord([.. Enumerable.Range(0, count).Select(i => NoOp(i, via))], Compose.Task("demo.sum") with { Via = via });

    private static MapNode Map(int items, int chunk, TaskVia via) =>
        Compose.Map("bench.noop", Compose.Blob($"incoming/{Name(items)}")) with { ChunkSize = chunk, Via = via };

    private static string Name(int items) => string.Create(CultureInfo.InvariantCulture, $"bench-{items}.jsonl");

    private static async Task UploadAsync(AzuriteProcess azurite, int items, CancellationToken cancellationToken)
    {
        var container = await new Containers(new BlobServiceClient(azurite.ConnectionString)).GetAsync(
            Containers.Incoming, cancellationToken);
        var text = new StringBuilder();
        for (var i = 0; i < items; i++) text.Append(CultureInfo.InvariantCulture, $"{i}\n");
        await container.GetBlobClient(Name(items)).UploadAsync(BinaryData.FromString(text.ToString()), overwrite: true, cancellationToken);
    }

    private static Task<LocalFunctionsHost> StartAsync(string folder, AzuriteProcess azurite, LocalQueues queues) =>
        LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes =
        [
            typeof(QueueFunctions), typeof(LongTask), typeof(CanvasFunctions), typeof(CanvasRun), typeof(LoadCanvas), typeof(JoinLists),
            typeof(StoreOutcomes),
            typeof(SendTasks), typeof(LookUpTasks), typeof(RunTask), typeof(CancelPendingWork), typeof(ItemMap), typeof(PlanItems),
            typeof(CommitItems),
        ],
            DataDirectory = folder,
            Port = 0,
            Settings = new Dictionary<string, string?>(queues.Settings) { ["AzureWebJobsStorage"] = azurite.ConnectionString },
            ConfigureServices = (services, configuration) => services.AddServerless(configuration)
                .AddSingleton(TaskRegistry.Discover([.. typeof(TaskRegistry).Assembly.GetTypes(), typeof(NoOpTask)])),
        });

    private static async Task MeasureAsync(HttpClient http, string what, CanvasNode canvas, int rounds, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["canvas"] = JsonNode.Parse(JsonSerializer.Serialize(canvas, CanvasJson.Options)) }.ToJsonString();
        Round? best = null;
        for (var round = 0; round < rounds; round++)
        {
            GC.Collect();
            var (before, peak, watch) = (GC.GetTotalMemory(forceFullCollection: true), 0L, Stopwatch.StartNew());
            using var started = await http.PostAsync(new Uri("/api/canvas", UriKind.Relative), new StringContent(body), cancellationToken);
            started.EnsureSuccessStatusCode();
            var id = (await started.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["id"]!.GetValue<string>();
            JsonObject status;
            while ((status = await StatusAsync(
                http, id, withHistory: false, cancellationToken))["runtimeStatus"]!.GetValue<string>() is "Running" or "Pending")
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
                await Task.Delay(Poll, TimeProvider.System, cancellationToken);
            }

            var elapsed = watch.Elapsed;
            if (status["runtimeStatus"]!.GetValue<string>() != "Completed")
                throw new InvalidOperationException($"The {what} ended badly: {status["output"]}");
            var histories = await HistoriesAsync(http, id, canvas, cancellationToken);
            if (best is null || elapsed < best.Elapsed) best = new Round(elapsed, peak - before, histories.Sum(), histories.Max());
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{best!.Elapsed.TotalSeconds,8:0.00} s  {what}: heap at most {best.Bytes / 1048576.0:0} MB more, {best.Events:N0} events in " +
            $"all histories, {best.Longest:N0} in the longest (best of {rounds})"));
    }

    // A map has one sub-orchestration, a large chord one for each slice.
    private static async Task<List<int>> HistoriesAsync(HttpClient http, string id, CanvasNode canvas, CancellationToken cancellationToken)
    {
        var children = canvas switch
        {
            MapNode => [WorkId.OfChild(id, "")],
            ChordNode { Header.Count: > CanvasInterpreter.SliceSize } chord =>
                Enumerable.Range(0, (chord.Header.Count + CanvasInterpreter.SliceSize - 1) / CanvasInterpreter.SliceSize)
                .Select(s => WorkId.OfChild(id, string.Create(CultureInfo.InvariantCulture, $"/{s * CanvasInterpreter.SliceSize}"))),
            _ => Enumerable.Empty<string>(),
        };
        var lengths = new List<int>();
        foreach (var instance in children.Prepend(id))
            lengths.Add((await StatusAsync(http, instance, withHistory: true, cancellationToken))["historyEvents"]!.AsArray().Count);
        return lengths;
    }

    private static async Task<JsonObject> StatusAsync(HttpClient http, string id, bool withHistory, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<JsonObject>(
            $"/runtime/webhooks/durabletask/instances/{id}?showInput=false&showHistory={withHistory}", cancellationToken))!;

    private sealed record Round(TimeSpan Elapsed, long Bytes, int Events, int Longest);
}
