using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Email.Endpoints;
using Serverless.Email.Jobs.Run;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.CrashHost;

/// <summary>Runs one mail job, or goes on with it, and says a line before it writes an answer down.</summary>
internal static class EmailCrashHost
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(string dataDirectory, string connectionString, string smtpPort, string list)
    {
        await using var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes =
                [typeof(EmailBulk), typeof(MailJobFunctions), typeof(MailJobOrchestrator), typeof(PlanMail), typeof(SendBatch),
                    typeof(FinishMail)],
            DataDirectory = dataDirectory,
            Port = 0,
            Settings = new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = connectionString,
                ["Smtp:Host"] = "127.0.0.1",
                ["Smtp:Port"] = smtpPort,
                ["Smtp:Security"] = "None",
                ["Smtp:From"] = "news@example.org",
            },
            ConfigureServices = (services, configuration) => services.AddSingleton(Tables(connectionString)).AddServerless(configuration),
        });
        using var http = new HttpClient { BaseAddress = new Uri(host.Address, "/api/") };
        var request =
            new JsonObject
            {
                ["template"] = "message",
                ["subject"] = "Hello",
                ["recipients"] = list,
                ["key"] = "crash",
                ["batchSize"] = 20,
                ["maxParallel"] = 2
            };
        using var response = await http.PostAsJsonAsync("email/bulk", request);
        var id = (await response.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
        JsonNode? result;
        while ((result = (await http.GetFromJsonAsync<JsonObject>($"email/{id}"))!["result"]) is null)
            await Task.Delay(Poll, TimeProvider.System);
        StepGate.Say($"result {result["total"]} {result["successful"]}");
    }

    private static TableServiceClient Tables(string connectionString)
    {
        var options = new TableClientOptions();
        options.AddPolicy(new ReportingWrites(), HttpPipelinePosition.PerCall);
        return new TableServiceClient(connectionString, options);
    }
}
