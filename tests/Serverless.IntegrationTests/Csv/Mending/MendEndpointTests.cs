using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Mending;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>Mending over HTTP, on the engine.</summary>
[Collection(AzuriteTests.Name)]
public sealed class MendEndpointTests(AzuriteFixture azurite)
{
    private static readonly Type[] Functions =
        [typeof(CsvMend), typeof(CsvRejects), typeof(MendOrchestrator), typeof(StageMend), typeof(CommitMend), typeof(FailMend)];

    private static readonly byte[] File = "id,note\n1,a\nx,b\n3,c\n"u8.ToArray();

    [Fact]
    public async Task Mend_GoesToItsPlace_AndTheStatusTellsTheRound()
    {
        await using var host = await CsvHost.StartAsync(azurite, functions: Functions);
        var job = await host.RunAsync("mend/http.csv", File, Options());

        using var response = await PostAsync(host, job.Id, "row,raw\n2,\"2,b\"\n", "?by=Ann");
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        job = await WaitAsync(host, job.Id);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var round = Assert.Single(job.Mended!);
        Assert.Equal((answer["id"]!.GetValue<string>(), "Ann", 1, null), (round.Id, round.By, round.Accepted, round.Error));
        Assert.Equal((3, 3, 0), (job.Total, job.Accepted, job.Rejected));
        Assert.Equal("id,note\n1,a\n2,b\n3,c\n", await host.ReadAsync(job, "clean.csv"));
        Assert.Equal("row,line,field,code,message,raw\n", await host.ReadAsync(job, "rejects.csv"));
        Assert.Equal(5, job.Outputs.Count);
    }

    [Fact]
    public async Task List_IsReadAPageAtATime_WithTheValuesOfTheFilesDialect()
    {
        await using var host = await CsvHost.StartAsync(azurite, functions: Functions);
        var options = Options();
        (options["delimiter"], options["quote"]) = (";", "'");
        var job = await host.RunAsync(
            "mend/list.csv", "id;note\nx;'a;b'\n2;c\nx;d\ny;e\n7\n"u8.ToArray(), options);

        var first = await ListAsync(host, job.Id, "?size=2&count=true");
        var second = await ListAsync(host, job.Id, $"?size=2&after={first["next"]}");
        var alike = await ListAsync(host, job.Id, "?field=id&value=x&size=1&count=true");
        var shorter = await ListAsync(host, job.Id, "?code=missing-cell");

        Assert.Equal(["id", "note"], first["columns"]!.AsArray().Select(c => c!.GetValue<string>()));
        Assert.Equal(["1 x|a;b", "3 x|d"], Rows(first));
        Assert.Equal((4, true), (first["count"]!.GetValue<int>(), first["isExact"]!.GetValue<bool>()));
        Assert.Equal(["4 y|e", "5 7"], Rows(second));
        Assert.Null(second["next"]);
        Assert.Equal(["1 x|a;b"], Rows(alike));
        Assert.Equal(2, alike["count"]!.GetValue<int>());
        Assert.Equal(["5 7"], Rows(shorter));
        Assert.Null(first["refusal"]);
    }

    [Fact]
    public async Task List_ThatWasMendedMeanwhile_IsReadFromTheBeginning()
    {
        await using var host = await CsvHost.StartAsync(azurite, functions: Functions);
        var job = await host.RunAsync("mend/moved.csv", "id,note\nx,a\ny,b\nz,c\n"u8.ToArray(), Options());
        var first = await ListAsync(host, job.Id, "?size=1");
        using var response = await PostAsync(host, job.Id, """[{"row":1,"raw":"1,a"}]""");
        await WaitAsync(host, job.Id);

        using var late = await host.Http.GetAsync($"csv/{job.Id}/rejects?after={first["next"]}");
        using var alone = await host.Http.GetAsync($"csv/{job.Id}/rejects?value=x");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (late.StatusCode, alone.StatusCode));
        Assert.Contains("from the beginning", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["2 y|b", "3 z|c"], Rows(await ListAsync(host, job.Id, "")));
    }

    [Fact]
    public async Task TwoAtATime_OneWinsAndTheOtherIsToldSo()
    {
        var (entered, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        var hook = new CommitHook(azurite.ConnectionString, async () =>
        {
            entered.TrySetResult();
            await released.Task;
        });
        await using var host = await CsvHost.StartAsync(azurite, overrides: hook.Register, functions: Functions);
        var job = await host.RunAsync("mend/two.csv", File, Options());

        using var first = await PostAsync(host, job.Id, """[{"row":2,"raw":"2,first"}]""");
        await entered.Task.WaitAsync(TimeSpan.FromMinutes(2));
        using var second = await PostAsync(host, job.Id, """[{"row":2,"raw":"2,second"}]""");
        released.SetResult();
        job = await WaitAsync(host, job.Id);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Conflict), (first.StatusCode, second.StatusCode));
        Assert.Equal("id,note\n1,a\n2,first\n3,c\n", await host.ReadAsync(job, "clean.csv"));
        using var third = await PostAsync(host, job.Id, """[{"row":2,"raw":"2,third"}]""");
        Assert.Equal(1, (await WaitAsync(host, job.Id, rounds: 2)).Mended![^1].Unknown);
    }

    [Fact]
    public async Task OutputThatSomebodyReplaced_IsLeftAlone()
    {
        await using var host = await CsvHost.StartAsync(azurite, functions: Functions);
        var job = await host.RunAsync("mend/replaced.csv", File, Options());
        var clean = job.Outputs.Select(o => o.Name).Single(n => n.EndsWith("/clean.csv", StringComparison.Ordinal));
        var blob = azurite.Blobs.GetBlobContainerClient("processed").GetBlobClient(clean["processed/".Length..]);
        await blob.UploadAsync(BinaryData.FromString("mine\n"), overwrite: true);

        using var response = await PostAsync(host, job.Id, """[{"row":2,"raw":"2,b"}]""");
        job = await WaitAsync(host, job.Id);

        Assert.Contains("nothing was changed", Assert.Single(job.Mended!).Error, StringComparison.Ordinal);
        Assert.Equal("mine\n", await host.ReadAsync(job, "clean.csv"));
        Assert.Contains("x,b", await host.ReadAsync(job, "rejects.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutputReplacedBetweenCheckAndCommit_IsKeptFromItByALease()
    {
        var refused = 0;
        var processed = azurite.Blobs.GetBlobContainerClient("processed");
        var folder = "";
        var hook = new CommitHook(azurite.ConnectionString, async () =>
        {
            // Between the first and the last output that a round makes visible; the job itself has ended.
            if (folder.Length == 0) return;
            var list = processed.GetBlobClient($"{folder}/rejects.csv");
            var fault = await Assert.ThrowsAsync<RequestFailedException>(
                () => list.UploadAsync(BinaryData.FromString("mine\n"), overwrite: true));
            if (fault.Status == 412) Interlocked.Increment(ref refused);
        }, "/clean.csv?comp=blocklist");
        await using var host = await CsvHost.StartAsync(azurite, overrides: hook.Register, functions: Functions);
        var job = await host.RunAsync("mend/leased.csv", File, Options());
        var clean = job.Outputs.Select(o => o.Name).Single(n => n.EndsWith("/clean.csv", StringComparison.Ordinal));
        folder = clean["processed/".Length..^"/clean.csv".Length];

        using var response = await PostAsync(host, job.Id, """[{"row":2,"raw":"2,b"}]""");
        job = await WaitAsync(host, job.Id);

        Assert.Null(Assert.Single(job.Mended!).Error);
        Assert.Equal(1, refused);
        Assert.Equal("id,note\n1,a\n2,b\n3,c\n", await host.ReadAsync(job, "clean.csv"));
        Assert.Equal("row,line,field,code,message,raw\n", await host.ReadAsync(job, "rejects.csv"));

        // Who owns the results may write them again now.
        await processed.GetBlobClient($"{folder}/rejects.csv").UploadAsync(BinaryData.FromString("mine\n"), overwrite: true);
    }

    [Fact]
    public async Task HostileBodies_AreRefusedAtTheDoor()
    {
        string[] bodies =
        [
            "",
            "a,b\n1,2\n",
            "row,raw\nx,\"1,a\"\n",
            "row,raw\n2,\"1,a\n2,b\"\n",
            "row,raw\n2,\"1,a\"\n2,\"1,b\"\n",
            "row,raw,drop\n2,\"1,a\",maybe\n",
            "row,raw\n2,\"1,a",
            "{}",
            "[",
            "[1]",
            "[{\"row\":2}]",
            "[{\"row\":-2,\"raw\":\"1,a\"}]",
            "[{\"row\":2,\"raw\":\"\"}]",
            "[{\"row\":2,\"raw\":\"1,a\\n\"}]",
            "[{\"row\":2,\"raw\":\"1,a\",\"drop\":true}]",
            "[{\"row\":2,\"raw\":\"1,a\",\"raw\":\"1,b\"}]",
            "{\"column\":\"nothing\",\"from\":\"a\",\"to\":\"b\"}",
            "{\"rules\":[{\"column\":\"id\"}]}",
            "{\"records\":{}}",
            "[{\"row\":2,\"raw\":\"\\ud800\"}]",
        ];
        await using var host = await CsvHost.StartAsync(azurite, functions: Functions);
        var job = await host.RunAsync("mend/hostile.csv", File, Options());

        foreach (var body in bodies)
        {
            using var response = await PostAsync(host, job.Id, body);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{response.StatusCode} for {body}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        using var huge = await host.Http.PostAsync($"csv/{job.Id}/rejects", new ByteArrayContent(new byte[(64 << 20) + 1]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
        job = await host.FindAsync(job.Id);
        Assert.Equal((null, 0), (job.Mending, job.Mended!.Count));
    }

    [Fact]
    public async Task JobsThatCannotBeMended_SayWhy()
    {
        await using var host = await CsvHost.StartAsync(azurite, functions: Functions);
        var options = Options();
        options["maxRejectedRatio"] = 0.1;
        var failed = await host.RunAsync("mend/failed.csv", File, options);

        Assert.Equal((409, 404), (await StatusAsync(host, failed.Id, "Failed"), await StatusAsync(host, "nobody", "")));
    }

    private static async Task<JsonObject> ListAsync(CsvHost host, string id, string query) =>
        (await host.Http.GetFromJsonAsync<JsonObject>($"csv/{id}/rejects{query}"))!;

    private static IEnumerable<string> Rows(JsonObject page) => page["rejects"]!.AsArray().Select(
        r => $"{r!["row"]} {string.Join('|', r["values"]!.AsArray().Select(v => v!.GetValue<string>()))}");

    private static async Task<int> StatusAsync(CsvHost host, string id, string reason)
    {
        using var response = await PostAsync(host, id, """[{"row":2,"raw":"2,b"}]""");
        Assert.Contains(reason, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        return (int)response.StatusCode;
    }

    private static Task<HttpResponseMessage> PostAsync(CsvHost host, string id, string body, string query = "") =>
        host.Http.PostAsync($"csv/{id}/rejects{query}", new ByteArrayContent(Encoding.UTF8.GetBytes(body)));

    private static async Task<CsvJobStatus> WaitAsync(CsvHost host, string id, int rounds = 1)
    {
        CsvJobStatus? job = null;
        await Eventually.TrueAsync(async () => (job = await host.FindAsync(id)).Mending is null && job.Mended?.Count == rounds);
        return job!;
    }

    private static JsonObject Options() => new()
    {
        ["schema"] = JsonNode.Parse("""{"fields":[{"name":"id","type":"integer"},{"name":"note","type":"string"}]}"""),
        ["chunkBytes"] = 8,
        ["force"] = true,
    };

    /// <summary>Waits before a blob is written.</summary>
    private sealed class CommitHook(string connectionString, Func<Task> before, string blob = ".commit.json") : HttpPipelinePolicy
    {
        public void Register(IServiceCollection services)
        {
            var options = new BlobClientOptions();
            options.AddPolicy(this, HttpPipelinePosition.PerCall);
            services.AddSingleton(new BlobServiceClient(connectionString, options));
        }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (message.Request.Method == RequestMethod.Put && message.Request.Uri.PathAndQuery.Contains(blob, StringComparison.Ordinal))
                await before();
            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
