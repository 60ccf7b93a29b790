using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

[Collection(AzuriteTests.Name)]
public sealed class CsvEndpointTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly byte[] File = Encoding.UTF8.GetBytes("id,name\n1,Ann\n");

    private CsvHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await CsvHost.StartAsync(azurite, settings: new() { ["Csv:MaxUploadBytes"] = "1000" });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Post_NewJob_AnswersWhereToLook()
    {
        await _host.UploadAsync("door/new.csv", File);

        using var response = await _host.Http.PostAsJsonAsync("csv", new JsonObject { ["blob"] = "incoming/door/new.csv" });
        var payload = (await response.Content.ReadFromJsonAsync<JsonObject>())!;

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(payload["status"]!.GetValue<string>(), response.Headers.Location!.ToString());
        Assert.EndsWith($"/api/csv/{payload["id"]}", response.Headers.Location!.AbsolutePath, StringComparison.Ordinal);
        Assert.Equal(2, payload.Count);
        using var instance = await _host.Http.GetAsync(response.Headers.Location);
        Assert.True(instance.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Post_HostileOptions_NamesEveryFaultInOneProblem()
    {
        var request = JsonNode.Parse("""
            {"blob": "incoming/../../secret", "delimiter": "ab", "encoding": "ebcdic", "output": "exe", "chunkBytes": 1, "maxParallel": 100000,
             "maxRejectedRatio": -1, "schema": {"fields": [{"name": "a", "type": "blob"}], "primaryKey": "b"}, "sudo": true}
            """);

        using var response = await _host.Http.PostAsJsonAsync("csv", request);
        var problem = (await response.Content.ReadFromJsonAsync<JsonObject>())!;

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            ["blob", "chunkBytes", "delimiter", "encoding", "maxParallel", "maxRejectedRatio", "output", "schema", "sudo"],
            problem["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal));
        Assert.Equal(2, problem["errors"]!["schema"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"blob\":")]
    [InlineData("null")]
    public async Task Post_NoJsonObject_IsABadRequest(string body)
    {
        using var response = await _host.Http.PostAsync("csv", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Post_SameTwice_IsOneJobAndForceAnother()
    {
        var first = await _host.RunAsync("door/twice.csv", File);
        var request = new JsonObject { ["blob"] = "incoming/door/twice.csv" };

        using var response = await _host.Http.PostAsJsonAsync("csv", request);
        var again = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((first.Id, "Completed"), (again["id"]!.GetValue<string>(), again["status"]!.GetValue<string>()));
        Assert.Equal(first.EndedAt, (await _host.FindAsync(first.Id)).EndedAt);

        request["force"] = true;
        var forced = await _host.WaitAsync(await _host.StartJobAsync(request));
        Assert.NotEqual(first.Id, forced.Id);
        Assert.Equal(CsvJobState.Completed, forced.State);
    }

    [Fact]
    public async Task Post_PurgedInstance_StaysTheSameFinishedJob()
    {
        var first = await _host.RunAsync("door/purged.csv", File);
        await Eventually.TrueAsync(async () => (await _host.Host.DurableClient.PurgeInstanceAsync(first.Id)).PurgedInstanceCount == 1);

        Assert.Equal(first.Id, await _host.StartJobAsync(new JsonObject { ["blob"] = "incoming/door/purged.csv" }));

        Assert.Null(await _host.Host.DurableClient.GetInstanceAsync(first.Id));
        Assert.Equal(CsvJobState.Completed, (await _host.FindAsync(first.Id)).State);
    }

    [Fact]
    public async Task Put_Body_IsStoredAndCleaned()
    {
        using var response = await _host.Http.PutAsync("csv/door/put/a%20b.csv?output=jsonl&header=true", new ByteArrayContent(File));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var id = (await response.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();

        var status = await _host.WaitAsync(id);

        Assert.Equal((CsvJobState.Completed, "incoming/door/put/a b.csv"), (status.State, status.Blob));
        Assert.Equal("{\"id\":1,\"name\":\"Ann\"}\n", await _host.ReadAsync(status, "clean.jsonl"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Put_BodyOverTheLimit_IsRefusedAndNotStored(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "csv/door/large.csv") { Content = new ByteArrayContent(new byte[1001]) };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await _host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("", await new IncomingBlobs(azurite.Containers).FindETagAsync("door/large.csv", CancellationToken.None));
    }

    [Theory]
    [InlineData("a%5C..%5Cb.csv")]
    [InlineData("..%2F..%2fb.csv")]
    [InlineData("")]
    public async Task Put_HostilePath_IsABadRequest(string path)
    {
        using var response = await _host.Http.PutAsync($"csv/{path}?chunkBytes=x&output=1", new ByteArrayContent(File));
        var problem = (await response.Content.ReadFromJsonAsync<JsonObject>())!;

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(["chunkBytes", "output", "path"], problem["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Get_UnknownJob_IsNotFound()
    {
        using var get = await _host.Http.GetAsync("csv/csv-unknown");
        using var delete = await _host.Http.DeleteAsync("csv/csv-unknown");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (get.StatusCode, delete.StatusCode));
    }

    [Fact]
    public async Task Get_List_PagesNewestFirst()
    {
        var older = await _host.RunAsync("door/list-1.csv", File);
        var newer = await _host.RunAsync("door/list-2.csv", File);

        var page = (await _host.Http.GetFromJsonAsync<JsonObject>("csv?size=1"))!;
        var next =
            (await _host.Http.GetFromJsonAsync<JsonObject>($"csv?size=1&after={Uri.EscapeDataString(page["next"]!.GetValue<string>())}"))!;

        Assert.Equal(newer.Id, page["jobs"]![0]!["id"]!.GetValue<string>());
        Assert.Equal(older.Id, next["jobs"]![0]!["id"]!.GetValue<string>());
        using var wrong = await _host.Http.GetAsync("csv?size=0");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }
}
