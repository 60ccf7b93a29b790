using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Email.Endpoints;
using Serverless.Email.Jobs;
using Serverless.Email.Jobs.Run;
using Serverless.Email.Jobs.Store;
using Serverless.Local.Runtime;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Email;

/// <summary>The mail functions on the local host, against the collection's Azurite.</summary>
internal sealed class EmailHost : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly AzuriteFixture _azurite;
    private readonly TestHost _host;

    private EmailHost(AzuriteFixture azurite, TestHost host)
    {
        _azurite = azurite;
        _host = host;
        Http = new HttpClient { BaseAddress = new Uri(host.Host.Address, "/api/") };
    }

    public static Type[] Functions { get; } =
    [
        typeof(EmailBulk), typeof(MailJobFunctions), typeof(SuppressionFunctions),
        typeof(MailJobOrchestrator), typeof(PlanMail), typeof(SendBatch), typeof(FinishMail),
    ];

    public HttpClient Http { get; }

    public IServiceProvider Services => _host.Host.Services;

    public LocalFunctionsHost Host => _host.Host;

    public CollectedLogs Logs => _host.Logs;

    public static async Task<EmailHost> StartAsync(
        AzuriteFixture azurite, Dictionary<string, string?>? settings = null, TimeProvider? time = null,
        Action<IServiceCollection>? overrides = null)
    {
        var host = await TestHost.StartAsync(
            Functions,
            settings: new Dictionary<string, string?>(
                settings ?? [])
            { ["AzureWebJobsStorage"] = azurite.ConnectionString, ["Mail:CancelPoll"] = "00:00:00.050" },
            services: (services, configuration) =>
            {
                overrides?.Invoke(services);
                services.AddServerless(configuration);
            },
            time: time);
        return new EmailHost(azurite, host);
    }

    public async Task UploadAsync(string container, string path, string content) =>
        await (await _azurite.Containers.GetAsync(new BlobName(container, path))).GetBlobClient(path)
            .UploadAsync(BinaryData.FromString(content), overwrite: true);

    public async Task<string> ReadAsync(string blob)
    {
        var name = BlobName.Split(blob);
        var container = await _azurite.Containers.GetAsync(name);
        return (await container.GetBlobClient(name.Path).DownloadContentAsync()).Value.Content.ToString();
    }

    public async Task<string> StartJobAsync(JsonObject request)
    {
        using var response = await Http.PostAsJsonAsync("email/bulk", request);
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>();
        Assert.True(response.IsSuccessStatusCode, answer?.ToJsonString());
        return answer!["id"]!.GetValue<string>();
    }

    public async Task<MailJobStatus> FindAsync(string id) => (await Http.GetFromJsonAsync<MailJobStatus>($"email/{id}", Json))!;

    public async Task<MailJobStatus> WaitAsync(string id)
    {
        MailJobStatus? status = null;
        await Eventually.TrueAsync(async () => (status = await FindAsync(id)) is { Result: not null } or { State: MailJobState.Failed });
        return status!;
    }

    /// <summary>Runs a job of inline recipients to its end.</summary>
    public async Task<MailJobStatus> RunAsync(params string[] recipients) => await WaitAsync(await StartJobAsync(Request(recipients)));

    /// <summary>A request for the built-in template.</summary>
    public static JsonObject Request(params string[] recipients) => new()
    {
        ["template"] = "message",
        ["context"] = new JsonObject { ["heading"] = "Spring", ["body"] = "It is here." },
        ["recipients"] = new JsonArray([.. recipients.Select(r => new JsonObject { ["to"] = r })]),
    };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
    }
}
