using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Notifications;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Finishing;

/// <summary>The news that a job has ended arrives once, however it ends and however often it is told.</summary>
[Collection(AzuriteTests.Name)]
public sealed class FinishTests(AzuriteFixture azurite)
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly Mock<ITaskClient> _tasks = new();
    private readonly string _hook = $"http://127.0.0.1:9/{Guid.NewGuid():N}";

    [Theory]
    [InlineData("id,note\n1,a\nx,b\n", null, "Completed", 1)]
    [InlineData("id,note\nx,a\ny,b\n", 0.1, "Failed", null)]
    public async Task Webhook_JobEnds_IsSentOnce(string file, double? ratio, string status, int? accepted)
    {
        await using var host = await StartAsync();
        var options = new JsonObject
        {
            ["onFinished"] = new JsonObject { ["webhook"] = _hook },
            ["schema"] = JsonNode.Parse("""{"fields":[{"name":"id","type":"integer"},{"name":"note"}]}"""),
        };
        if (ratio is { } tolerated) options["maxRejectedRatio"] = tolerated;

        var job = await host.RunAsync($"finish/{Guid.NewGuid():N}.csv", Encoding.UTF8.GetBytes(file), options);

        await Eventually.TrueAsync(async () => (await SentAsync(host)).Count == 1);
        await TellAgainAsync(host, job.Id);
        var payload = Assert.Single(await SentAsync(host)).Payload;
        Assert.Equal(
            (job.Id, job.Blob, status, accepted),
            (payload.GetProperty("id").GetString(), payload.GetProperty("blob").GetString(), payload.GetProperty("status").GetString(),
                payload.TryGetProperty("accepted", out var count) ? count.GetInt32() : null));
    }

    [Fact]
    public async Task Webhook_JobIsCancelled_IsSent()
    {
        await using var host = await StartAsync();
        var id = await host.StartJobAsync(new JsonObject
        {
            // It waits for its file.
            ["blob"] = $"incoming/finish/{Guid.NewGuid():N}.csv",
            ["onFinished"] = new JsonObject { ["webhook"] = _hook },
        });

        using var response = await host.Http.DeleteAsync($"csv/{id}");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await Eventually.TrueAsync(async () => (await SentAsync(host)).Count == 1);
        Assert.Equal("Cancelled", Assert.Single(await SentAsync(host)).Payload.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Webhook_WhoeverNotesTheEndDies_IsSentAllTheSame()
    {
        var broken = new BrokenEnd();
        await using var host = await StartAsync(broken.Open(azurite.ConnectionString));
        var id = await host.StartJobAsync(new JsonObject
        {
            ["blob"] = $"incoming/finish/{Guid.NewGuid():N}.csv",
            ["onFinished"] = new JsonObject { ["webhook"] = _hook },
        });
        await host.Host.DurableClient.WaitForInstanceStartAsync(id);
        await host.Host.DurableClient.TerminateInstanceAsync(id, "From outside");
        await host.Host.DurableClient.WaitForInstanceCompletionAsync(id);
        var follower = host.Services.GetRequiredService<CsvJobFollower>();
        broken.Id = id;
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => follower.ReconcileAsync(host.Host.DurableClient, id, CancellationToken.None));
        broken.Id = null;

        Assert.False(await follower.ReconcileAsync(host.Host.DurableClient, id, CancellationToken.None));
        var ends = host.Services.GetRequiredService<UntoldEnds>();
        Assert.True(await ends.ReconcileAsync(host.Host.DurableClient, id, CancellationToken.None));

        Assert.Equal("Cancelled", Assert.Single(await SentAsync(host)).Payload.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Tell_BeforeTheJobHasEnded_IsToBeTriedAgain()
    {
        await using var host = await StartAsync();
        var id = await host.StartJobAsync(new JsonObject
        {
            ["blob"] = $"incoming/finish/{Guid.NewGuid():N}.csv",
            ["onFinished"] = new JsonObject { ["webhook"] = _hook },
        });

        await Assert.ThrowsAsync<InvalidOperationException>(() => TellAgainAsync(host, id));

        Assert.Empty(await SentAsync(host));
    }

    [Fact]
    public async Task Task_JobEnds_GetsItBesideItsArgumentsUnderOneId()
    {
        await using var host = await StartAsync();
        var store = host.Services.GetRequiredService<CsvJobStore>();
        var args = JsonSerializer.SerializeToElement(new { region = "north" });
        var id = await EndAsync(store, new FinishTarget { Task = "orders.arrived", Args = args });
        var sent = new List<(JsonElement Args, SendOptions? Options)>();
        _tasks.Setup(t => t.SendAsync("orders.arrived", It.IsAny<JsonElement>(), It.IsAny<SendOptions>(), It.IsAny<CancellationToken>()))
            .Callback((string _, JsonElement given, SendOptions? options, CancellationToken _) => sent.Add((given, options)))
            .ReturnsAsync("id");

        await TellAgainAsync(host, id);
        await TellAgainAsync(host, id);

        Assert.Equal(2, sent.Count);
        Assert.Equal(("north", id), (sent[0].Args.GetProperty("region").GetString(), sent[0].Args.GetProperty("job").GetProperty("id")
            .GetString()));
        Assert.True(sent.TrueForAll(s => s.Options is { IsIdDerived: true }));
        Assert.Single(sent.Select(s => s.Options!.TaskId).Distinct());
    }

    [Theory]
    [InlineData("""{"webhook": "ftp://example.org"}""", "webhook: Must be a URL")]
    [InlineData("""{"task": "nobody.knows"}""", "There is no task 'nobody.knows'")]
    [InlineData("""{"task": "examples.folder_size", "args": {"folder": "incoming/a"}}""", "The arguments do not fit the task")]
    [InlineData("""{"run": "none", "signal": "go"}""", "There is no run 'none'")]
    [InlineData("""{"run": "none"}""", "Must be {")]
    [InlineData("""{"webhook": "https://example.org", "task": "a"}""", "Must be {")]
    [InlineData("\"https://example.org\"", "Must be {")]
    public async Task Start_NobodyToBeTold_IsRefused(string target, string start)
    {
        await using var host = await StartAsync();

        using var response = await host.Http.PostAsJsonAsync(
            "csv", new JsonObject { ["blob"] = "incoming/a.csv", ["onFinished"] = JsonNode.Parse(target) });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!["onFinished"]!.AsArray();
        Assert.StartsWith(start, Assert.Single(errors)!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_MaskKeyThatIsMissing_IsRefused()
    {
        await using var host = await StartAsync();
        var schema = JsonNode.Parse("""{"fields":[{"name":"mail","x-clean":["hash"]}]}""");

        using var response = await host.Http.PostAsJsonAsync("csv", new JsonObject { ["blob"] = "incoming/a.csv", ["schema"] = schema });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!["maskKey"]!.AsArray();
        Assert.Contains("Csv__MaskKeys__default", Assert.Single(errors)!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static async Task<string> EndAsync(CsvJobStore store, FinishTarget target)
    {
        var id = $"csv-{Guid.NewGuid():N}";
        var options = new CsvJobOptions { OnFinished = target };
        await store.AddAsync(new CsvJobEntity { RowKey = id, Path = "a.csv", Options = options.ToCanonicalJson() }, CancellationToken.None);
        await store.MoveAsync(id, CsvJobState.Failed, null, CancellationToken.None);
        return id;
    }

    private Task<CsvHost> StartAsync(TableServiceClient? tables = null) => CsvHost.StartAsync(
        azurite,
        overrides: services =>
        {
            if (tables is not null) services.AddSingleton(tables);
        },
        settings: new() { ["Notifications:SigningSecrets"] = Secret, ["Notifications:AllowPrivateAddresses"] = "true" },
        functions: [typeof(TellFinished)], last: services => services.AddSingleton(_tasks.Object));

    private static async Task TellAgainAsync(CsvHost host, string id) =>
        await host.Services.GetRequiredService<FinishTeller>().TellAsync(host.Host.DurableClient, id, CancellationToken.None);

    private async Task<List<Notification>> SentAsync(CsvHost host)
    {
        var (all, next) = (new List<Notification>(), (string?)null);
        do
        {
            (var page, next) = await host.Services.GetRequiredService<NotificationStore>().ListAsync(null, 1_000, next, default);
            all.AddRange(page.Where(n => n.Target == _hook));
        }
        while (next is not null);

        return all;
    }

    /// <summary>A table in which a job ends and is never listed as ended.</summary>
    private sealed class BrokenEnd : HttpPipelinePolicy
    {
        public string? Id { get; set; }

        public TableServiceClient Open(string connectionString)
        {
            var options = new TableClientOptions();
            options.AddPolicy(this, HttpPipelinePosition.PerCall);
            return new TableServiceClient(connectionString, options);
        }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (Id is { } id && message.Request.Content is { } content && message.Request.Method != RequestMethod.Post)
            {
                using var copy = new MemoryStream();
                await content.WriteToAsync(copy, CancellationToken.None);
                var text = Encoding.UTF8.GetString(copy.ToArray());
                if (text.Contains(id, StringComparison.Ordinal) && text.Contains("\"IsEnded\":true", StringComparison.Ordinal))
                    throw new InvalidOperationException("Killed.");
            }

            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
