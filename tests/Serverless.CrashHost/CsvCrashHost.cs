using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Csv.Jobs.Endpoints;
using Serverless.Csv.Jobs.Run;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.CrashHost;

/// <summary>Runs one CSV job, or goes on with it, and says a line at every sign of progress.</summary>
internal static class CsvCrashHost
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(2);

    public static async Task RunAsync(string dataDirectory, string connectionString, string blob, int chunkBytes)
    {
        await using var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes =
            [
                typeof(CsvStart), typeof(CsvStatus), typeof(CsvJobOrchestrator), typeof(InspectFile), typeof(ProcessRange), typeof(FoldRanges),
                typeof(CommitJob), typeof(CommitRejects), typeof(FailJob),
            ],
            DataDirectory = dataDirectory,
            Port = 0,
            Settings = new Dictionary<string, string?> { ["AzureWebJobsStorage"] = connectionString, ["Csv:MinChunkBytes"] = "2", ["Csv:RangesPerFold"] = "8" },
            ConfigureServices = (services, configuration) => services.AddServerless(configuration),
        });
        using var http = new HttpClient { BaseAddress = new Uri(host.Address, "/api/") };
        using var response = await http.PostAsJsonAsync("csv", new JsonObject { ["blob"] = blob, ["chunkBytes"] = chunkBytes });
        var id = (await response.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
        Console.WriteLine($"started {id}");

        var last = "";
        while (true)
        {
            var status = (await http.GetFromJsonAsync<JsonObject>($"csv/{id}"))!;
            var state = status["status"]!.GetValue<string>();
            var now = $"{state} {status["progress"]?["phase"]} {status["progress"]?["current"]}";
            if (now != last) Console.WriteLine(now);
            last = now;
            if (state is not ("Running" or "Committing")) return;
            await Task.Delay(_poll, TimeProvider.System);
        }
    }
}
