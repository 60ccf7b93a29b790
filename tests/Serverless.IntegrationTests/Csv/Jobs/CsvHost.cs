using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Endpoints;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>The CSV functions on the local host, against the collection's Azurite.</summary>
internal sealed class CsvHost : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly AzuriteFixture _azurite;
    private readonly TemporaryFolder _folder;
    private readonly LocalFunctionsHost _host;

    private CsvHost(AzuriteFixture azurite, TemporaryFolder folder, LocalFunctionsHost host)
    {
        _azurite = azurite;
        _folder = folder;
        _host = host;
        Http = new HttpClient { BaseAddress = new Uri(host.Address, "/api/") };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _host.Services;

    public LocalFunctionsHost Host => _host;

    public static async Task<CsvHost> StartAsync(
        AzuriteFixture azurite, TimeProvider? time = null, Action<IServiceCollection>? overrides = null, Dictionary<string,
            string?>? settings = null,
        Type[]? functions = null, Action<IServiceCollection>? last = null)
    {
        var folder = new TemporaryFolder();
        var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes =
            [
                typeof(CsvStart), typeof(CsvUpload), typeof(CsvJobFunctions), typeof(CsvChange), typeof(CsvJobOrchestrator),
                typeof(InspectFile), typeof(ProcessRange), typeof(FoldRanges), typeof(CommitJob), typeof(CommitRejects), typeof(FailJob),
                typeof(PartsDiscard), typeof(DiscardParts), typeof(CollectKeys), typeof(FoldKeys), typeof(CheckKeys),
                typeof(MergeDuplicates), typeof(CollectReference), typeof(SettleColumns), .. functions ?? [],
            ],
            DataDirectory = folder.Path,
            Port = 0,
            TimeProvider = time ?? TimeProvider.System,
            Settings = new Dictionary<string, string?>(
                settings ?? [])
            { ["AzureWebJobsStorage"] = azurite.ConnectionString, ["Csv:MinChunkBytes"] = "2" },
            ConfigureServices = (services, configuration) =>
            {
                overrides?.Invoke(services);
                services.AddServerless(configuration);
                last?.Invoke(services);
            },
        });
        return new CsvHost(azurite, folder, host);
    }

    public async Task UploadAsync(string path, byte[] content) =>
        await (await _azurite.Containers.GetAsync(Containers.Incoming)).GetBlobClient(path)
            .UploadAsync(BinaryData.FromBytes(content), overwrite: true);

    public async Task<string> StartJobAsync(JsonObject request)
    {
        using var response = await Http.PostAsJsonAsync("csv", request);
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>();
        Assert.True(response.IsSuccessStatusCode, answer?.ToJsonString());
        return answer!["id"]!.GetValue<string>();
    }

    public async Task<CsvJobStatus> FindAsync(string id) => (await Http.GetFromJsonAsync<CsvJobStatus>($"csv/{id}", Json))!;

    public async Task<CsvJobStatus> WaitAsync(string id)
    {
        CsvJobStatus? status = null;
        await Eventually.TrueAsync(async () => CsvJobTransitions.IsFinal((status = await FindAsync(id)).State));
        return status!;
    }

    /// <summary>Uploads a file and runs its job to the end.</summary>
    public async Task<CsvJobStatus> RunAsync(string path, byte[] content, JsonObject? options = null)
    {
        await UploadAsync(path, content);
        options ??= [];
        options["blob"] = $"incoming/{path}";
        return await WaitAsync(await StartJobAsync(options));
    }

    public async Task<string> ReadAsync(CsvJobStatus status, string name)
    {
        var output = status.Outputs.Select(o => o.Name).Single(o => o.EndsWith("/" + name, StringComparison.Ordinal));
        var processed = (await _azurite.Containers.GetAllAsync(Containers.Processed))[0];
        return (await processed.GetBlobClient(output[(Containers.Processed.Length + 1)..]).DownloadContentAsync()).Value.Content.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}
