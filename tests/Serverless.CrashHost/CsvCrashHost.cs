using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Endpoints;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Mending;
using Serverless.CsvJobs.Run;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.CrashHost;

/// <summary>Runs one CSV job, or goes on with it, and says a line before each of its reads and writes.</summary>
internal static class CsvCrashHost
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(string dataDirectory, string connectionString, string blob, int chunkBytes, string? database = null)
    {
        await using var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes =
            [
                typeof(CsvStart), typeof(CsvJobFunctions), typeof(CsvJobOrchestrator), typeof(InspectFile), typeof(ProcessRange),
                typeof(FoldRanges),
                typeof(CommitJob), typeof(CommitRejects), typeof(FailJob), typeof(CollectKeys), typeof(FoldKeys), typeof(CheckKeys),
                typeof(MergeDuplicates),
            ],
            DataDirectory = dataDirectory,
            Port = 0,
            Settings = new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = connectionString,
                ["ConnectionStrings:postgres"] = database,
                ["Csv:MinChunkBytes"] = "2",
                ["Csv:RangesPerFold"] = "8",
            },
            ConfigureServices = (services, configuration) => services.AddSingleton(Blobs(connectionString)).AddServerless(configuration),
        });
        using var http = new HttpClient { BaseAddress = new Uri(host.Address, "/api/") };
        var request = new JsonObject { ["blob"] = blob, ["chunkBytes"] = chunkBytes };
        if (database is not null)
        {
            request["load"] = new JsonObject
            {
                ["to"] = "postgres",
                ["connection"] = "postgres",
                ["table"] = Path.GetFileNameWithoutExtension(blob),
                ["create"] = true,
            };
        }

        using var response = await http.PostAsJsonAsync("csv", request);
        var id = (await response.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
        StepGate.Say($"started {id}");

        while ((await http.GetFromJsonAsync<JsonObject>($"csv/{id}"))!["status"]!.GetValue<string>() is "Running" or "Committing")
            await Task.Delay(Poll, TimeProvider.System);
    }

    /// <summary>Mends a job that has ended, or goes on with it.</summary>
    public static async Task MendAsync(string dataDirectory, string connectionString, string id, string body)
    {
        await using var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes =
            [
                typeof(CsvJobFunctions), typeof(CsvMend), typeof(MendOrchestrator), typeof(StageMend), typeof(CommitMend), typeof(FailMend),
            ],
            DataDirectory = dataDirectory,
            Port = 0,
            Settings = new Dictionary<string, string?> { ["AzureWebJobsStorage"] = connectionString },
            ConfigureServices = (services, configuration) => services.AddSingleton(Blobs(connectionString)).AddServerless(configuration),
        });
        using var http = new HttpClient { BaseAddress = new Uri(host.Address, "/api/") };
        var job = await FindAsync();
        if (job["mending"] is null && job["mended"]!.AsArray().Count == 0)
        {
            using var content = new StringContent(body);
            using var response = await http.PostAsync($"csv/{id}/rejects", content);
            response.EnsureSuccessStatusCode();
        }

        while ((await FindAsync())["mended"]!.AsArray().Count == 0) await Task.Delay(Poll, TimeProvider.System);

        async Task<JsonObject> FindAsync() => (await http.GetFromJsonAsync<JsonObject>($"csv/{id}"))!;
    }

    private static BlobServiceClient Blobs(string connectionString)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(new ReportingRequests(), HttpPipelinePosition.PerCall);
        return new BlobServiceClient(connectionString, options);
    }
}
