using System.Globalization;
using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Benchmarks.Tasks;
using Serverless.Http;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Storage;
using Serverless.Messaging;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Sending;

namespace Serverless.Benchmarks.Scale;

/// <summary>The app at small scale, on the local host with the storage emulator and the broker, and what it asks of them.</summary>
internal sealed class SmallRuns : IAsyncDisposable
{
    /// <summary>The steps of a run.</summary>
    public const int Steps = 3;

    private const int RangeBytes = 64 * 1024;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scale-");
    private readonly CountedOperations _counted = new();
    private AzuriteProcess _azurite = null!;
    private LocalQueues _queues = null!;
    private LocalFunctionsHost _host = null!;
    private HttpClient _http = null!;
    private int _number;

    public static async Task<SmallRuns> StartAsync(CancellationToken cancellationToken)
    {
        var runs = new SmallRuns();
        runs._azurite = await AzuriteProcess.StartAsync(
            Path.Combine(runs._folder.FullName, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
        runs._queues = await LocalQueues.StartAsync(
            Path.Combine(runs._folder.FullName, "queues"), TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        runs._host = await LocalFunctionsHost.StartAsync(
            new LocalHostOptions
            {
                FunctionTypes = [.. WithoutTimers()],
                DataDirectory = Path.Combine(runs._folder.FullName, "host"),
                Port = 0,
                Settings = new Dictionary<string, string?>(runs._queues.Settings)
                {
                    ["AzureWebJobsStorage"] = runs._azurite.ConnectionString,
                },
                ConfigureServices = (services, configuration) =>
                {
                    services.AddServerless(configuration);
                    services.AddSingleton(TaskRegistry.Discover([.. typeof(TaskRegistry).Assembly.GetTypes(), typeof(NoOpTask)]));
                    runs._counted.Register(services, runs._azurite.ConnectionString);
                },
            },
            cancellationToken);
        runs._http = new HttpClient { BaseAddress = new Uri(runs._host.Address, "/api/") };
        return runs;
    }

    /// <summary>Tasks, one after the other: none shares a transaction with another.</summary>
    public async Task<Operations> TasksAsync(int count, CancellationToken cancellationToken)
    {
        var client = _host.Services.GetRequiredService<ITaskClient>();
        var queues = _host.Services.GetRequiredService<IQueueAdmin>();
        var before = _counted.Now;
        for (var i = 0; i < count; i++)
        {
            await client.SendAsync(
                "bench.noop", JsonSerializer.SerializeToElement(new NoOpTask.Args(i), AppJson.Options), new SendOptions(),
                cancellationToken);
            while ((await queues.CountAsync("default", cancellationToken)).Active > 0)
                await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        return _counted.Now - before;
    }

    /// <summary>A CSV job of so many ranges.</summary>
    public async Task<Operations> CsvAsync(int ranges, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"scale-{++_number}.csv");
        var text = new StringBuilder("id,name,amount\n");
        for (var i = 0; text.Length < (ranges * RangeBytes) - 100; i++) text.Append(CultureInfo.InvariantCulture, $"{i},name {i},{i}.50\n");
        var incoming = new BlobServiceClient(_azurite.ConnectionString).GetBlobContainerClient(Containers.Incoming);
        await incoming.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await incoming.GetBlobClient(name).UploadAsync(BinaryData.FromString(text.ToString()), overwrite: true, cancellationToken);
        var before = _counted.Now;
        return await StartAsync(
            "csv", new JsonObject { ["blob"] = $"{Containers.Incoming}/{name}", ["chunkBytes"] = RangeBytes }, cancellationToken) - before;
    }

    /// <summary>Runs of a workflow of three steps, one after the other.</summary>
    public async Task<Operations> WorkflowsAsync(int count, CancellationToken cancellationToken)
    {
        var steps = Enumerable.Range(0, Steps).Select(i =>
            $$"""{ "name": "s{{i}}", "type": "task", "task": "bench.noop", "args": { "number": {{i}} }, "via": "activity" }""");
        using var put = await _http.PutAsync(
            new Uri("workflows/scale", UriKind.Relative), new StringContent($$"""{ "steps": [{{string.Join(',', steps)}}] }"""),
            cancellationToken);
        put.EnsureSuccessStatusCode();
        await StartAsync("workflows/scale/runs", [], cancellationToken);
        var before = _counted.Now;
        for (var i = 0; i < count; i++) await StartAsync("workflows/scale/runs", [], cancellationToken);
        return _counted.Now - before;
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_host is not null) await _host.DisposeAsync();
        if (_queues is not null) await _queues.DisposeAsync();
        if (_azurite is not null) await _azurite.DisposeAsync();
        _counted.Dispose();
        _folder.Delete(recursive: true);
    }

    // Timers ask by the clock.
    private static IEnumerable<Type> WithoutTimers() => typeof(TaskRegistry).Assembly.GetTypes().Where(type =>
    {
        var functions = type.GetMethods().Where(m => m.GetCustomAttribute<FunctionAttribute>() is not null).ToList();
        return functions.Count > 0
            && !functions.Any(f => f.GetParameters().Any(p => p.GetCustomAttribute<TimerTriggerAttribute>() is not null));
    });

    // Waits without asking storage: its orchestration's store is the host's own.
    private async Task<Operations> StartAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(path, body, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var id = (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["id"]!.GetValue<string>();
        var ended = await _host.DurableClient.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellationToken);
        return ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? _counted.Now
            : throw new InvalidOperationException($"{path}: {ended.RuntimeStatus} {ended.FailureDetails?.ErrorMessage}");
    }
}
