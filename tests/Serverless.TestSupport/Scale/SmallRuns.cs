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
using Serverless.CsvJobs;
using Serverless.CsvJobs.Preview;
using Serverless.Http;
using Serverless.Local.Planning;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Storage;
using Serverless.Messaging;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Sending;

namespace Serverless.TestSupport.Scale;

/// <summary>The app at small scale, on the local host with the storage emulator and the broker, and what it asks of them.</summary>
internal sealed class SmallRuns : IAsyncDisposable
{
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

                    // What is asked by the clock is reckoned by the time that a range takes, and how busy a machine is must not count.
                    ["Csv:CancelPoll"] = "00:01:00",
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
    public async Task<AzureOperations> TasksAsync(int count, CancellationToken cancellationToken)
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

    /// <summary>
    /// A CSV job of so many ranges, and what was foreseen of it. Let them be over a MiB together, as files are that are not cut for a
    /// count: a smaller one is read whole for its schema, a larger one at its beginning and at spots (<c>SchemaSampler</c>).
    /// </summary>
    public async Task<(AzureOperations Counted, CsvForecast Forecast)> CsvAsync(int ranges, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"scale-{++_number}.csv");
        var text = new StringBuilder("id,name,amount\n");
        for (var i = 0; text.Length < (ranges * RangeBytes) - 100; i++) text.Append(CultureInfo.InvariantCulture, $"{i},name {i},{i}.50\n");
        var incoming = new BlobServiceClient(_azurite.ConnectionString).GetBlobContainerClient(Containers.Incoming);
        await incoming.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await incoming.GetBlobClient(name).UploadAsync(BinaryData.FromString(text.ToString()), overwrite: true, cancellationToken);
        var before = _counted.Now;
        var after = await StartAsync(
            "csv", new JsonObject { ["blob"] = $"{Containers.Incoming}/{name}", ["chunkBytes"] = RangeBytes }, cancellationToken);
        var basis = new CsvForecastBasis(text.Length, false, text.Length, 0, new CsvJobOptions(ChunkBytes: RangeBytes), null);
        return (after - before, CsvForecast.Of(basis, new CsvSettings()));
    }

    /// <summary>Runs of a workflow, one after the other.</summary>
    public async Task<AzureOperations> WorkflowsAsync(int count, int length, CancellationToken cancellationToken)
    {
        var steps = Enumerable.Range(0, length).Select(i =>
            $$"""{ "name": "s{{i}}", "type": "task", "task": "bench.noop", "args": { "number": {{i}} }, "via": "activity" }""");
        using var put = await _http.PutAsync(
            new Uri($"workflows/scale_{length}", UriKind.Relative), new StringContent($$"""{ "steps": [{{string.Join(',', steps)}}] }"""),
            cancellationToken);
        put.EnsureSuccessStatusCode();
        await StartAsync($"workflows/scale_{length}/runs", [], cancellationToken);
        var before = _counted.Now;
        for (var i = 0; i < count; i++) await StartAsync($"workflows/scale_{length}/runs", [], cancellationToken);
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
    private async Task<AzureOperations> StartAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(path, body, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var id = (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["id"]!.GetValue<string>();
        var ended = await _host.DurableClient.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellationToken);
        return ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? _counted.Now
            : throw new InvalidOperationException($"{path}: {ended.RuntimeStatus} {ended.FailureDetails?.ErrorMessage}");
    }
}
