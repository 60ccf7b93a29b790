using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Workflows.Canvas;
using Serverless.Workflows.Items;
using Serverless.Workflows.Run;

namespace Serverless.CrashHost;

/// <summary>Runs one canvas, or goes on with it; says a line with every run of a task, and the result at the end.</summary>
internal static class CanvasCrashHost
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(string dataDirectory, string connectionString, string kind, int count, int minutesAhead)
    {
        var clock = new ClockAhead(TimeSpan.FromMinutes(minutesAhead));
        await using var queues = await LocalQueues.StartAsync(dataDirectory, clock, NullLoggerFactory.Instance);
        await using var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes =
            [
                typeof(QueueFunctions), typeof(LongTask), typeof(CanvasFunctions), typeof(CanvasRun), typeof(LoadCanvas), typeof(JoinLists),
                typeof(StoreOutcomes),
                typeof(SendTasks), typeof(LookUpTasks), typeof(RunTask), typeof(CancelPendingWork), typeof(ItemMap), typeof(PlanItems),
                typeof(CommitItems),
            ],
            DataDirectory = dataDirectory,
            Port = 0,
            TimeProvider = clock,
            Settings = new Dictionary<string, string?>(queues.Settings) { ["AzureWebJobsStorage"] = connectionString },
            ConfigureServices = (services, configuration) => services.AddServerless(configuration)
                .AddSingleton(TaskRegistry.Discover([.. typeof(TaskRegistry).Assembly.GetTypes(), typeof(StepTask), typeof(TotalTask)])),
        });
        using var http = new HttpClient { BaseAddress = host.Address };
        var body =
            new JsonObject
            {
                ["id"] = Id(dataDirectory, kind),
                ["canvas"] = JsonNode.Parse(
                CanvasJson.Write(Canvas(kind, count)).GetRawText())
            };
        using var started = await http.PostAsJsonAsync("/api/canvas", body);
        started.EnsureSuccessStatusCode();

        JsonObject status;
        while ((status =
            (await http.GetFromJsonAsync<JsonObject>(
                $"/runtime/webhooks/durabletask/instances/{Id(dataDirectory, kind)}"))!)["runtimeStatus"]!.GetValue<string>() is "Running"
                    or "Pending")
            await Task.Delay(Poll, TimeProvider.System);
        StepGate.Say($"ended {status["runtimeStatus"]} {status["output"]?["Result"]}");
    }

    // The same in every run of this program on the same folder, and in no other.
    private static string Id(string dataDirectory, string kind) => $"{kind}-{Path.GetFileName(dataDirectory)}";

    private static CanvasNode Canvas(string kind, int count) => kind == "chain"
        ? Compose.Chain(
            [Compose.Task(StepTask.Name, new { value = 0 }), .. Enumerable.Range(1, count - 1).Select(_ => Compose.Task(StepTask.Name))])
        : Compose.Chord(
            [.. Enumerable.Range(0, count).Select(i => Compose.Task(StepTask.Name, new { value = i }))], Compose.Task(TotalTask.Name));
}

/// <summary>Says a line, and adds one.</summary>
[TaskHandler(Name)]
internal sealed class StepTask : ITaskHandler<StepTask.Args, int>
{
    public const string Name = "crash.step";

    public sealed record Args(int Value);

    public Task<int> RunAsync(Args args, TaskContext context)
    {
        StepGate.Say($"adds to {args.Value}");
        return Task.FromResult(args.Value + 1);
    }
}

/// <summary>Adds numbers up.</summary>
[TaskHandler(Name)]
internal sealed class TotalTask : ITaskHandler<TotalTask.Args, long>
{
    public const string Name = "crash.total";

    public sealed record Args(IReadOnlyList<int> Values);

    public Task<long> RunAsync(Args args, TaskContext context) => Task.FromResult(args.Values.Sum(v => (long)v));
}
