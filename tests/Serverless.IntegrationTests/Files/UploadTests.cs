using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Files;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Local.Commands.Remote;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Files;

[Collection(AzuriteTests.Name)]
public sealed class UploadTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Limit = 20 << 20;
    private const int BlockBytes = 8 << 20;

    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(
        [typeof(UploadFunctions), typeof(FileFunctions)],
        settings: new() { ["AzureWebJobsStorage"] = azurite.ConnectionString, ["Files:MaxUploadBytes"] = $"{Limit}" },
        services: (services, configuration) => services.AddServerless(configuration));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Parts_InAnyOrder_BecomeTheFileAtOnceAndOnlyThen()
    {
        var bytes = Bytes(BlockBytes * 2 + 100);
        const string Name = "media/parts/large.bin";

        using var last = await PutAsync(Name, "a", BlockBytes + 50, bytes[(BlockBytes + 50)..]);
        using var early = await CompleteAsync(Name, "a", bytes.Length);
        using var first = await PutAsync(Name, "a", 0, bytes[..(BlockBytes + 50)]);
        var arrived = await _host.Http.GetFromJsonAsync<JsonObject>($"api/uploads/{Name}?upload=a");
        using var hidden = await _host.Http.GetAsync($"api/files/{Name}");
        using var made = await CompleteAsync(Name, "a", bytes.Length);
        var file = (await made.Content.ReadFromJsonAsync<JsonObject>())!;

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.Created],
            [last.StatusCode, early.StatusCode, first.StatusCode, hidden.StatusCode, made.StatusCode]);
        Assert.Equal($$"""[{"offset":0,"size":{{bytes.Length}}}]""", arrived!["parts"]!.ToJsonString());
        Assert.Equal(bytes, await _host.Http.GetByteArrayAsync(file["url"]!.GetValue<string>()));
        Assert.Equal((bytes.Length, made.Headers.ETag!.ToString()), (file["size"]!.GetValue<int>(), file["eTag"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Part_ThatBreaksOff_IsKeptToItsLastWholeBlock()
    {
        const string Name = "media/parts/broken.bin";
        var kept = $$"""[{"offset":0,"size":{{BlockBytes}}}]""";
        using var request = new HttpRequestMessage(HttpMethod.Put, $"api/uploads/{Name}?upload=b&offset=0")
        {
            // The line is cut once the block is there: what a host has not read yet is lost with it.
            Content = new CutContent(Bytes(BlockBytes + 1000), () => Eventually.EqualAsync(kept, ReadAsync)),
        };

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _host.Http.SendAsync(request));

        Assert.Equal(kept, await ReadAsync());

        async Task<string> ReadAsync() =>
            (await _host.Http.GetFromJsonAsync<JsonObject>($"api/uploads/{Name}?upload=b"))!["parts"]!.ToJsonString();
    }

    [Fact]
    public async Task Complete_Again_IsTheSameVersion()
    {
        const string Name = "media/parts/twice.txt";
        (await PutAsync(Name, "c", 0, "text"u8.ToArray())).Dispose();
        using var made = await CompleteAsync(Name, "c", 4);

        using var again = await CompleteAsync(Name, "c", 4);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (made.StatusCode, again.StatusCode));
        Assert.Equal(made.Headers.ETag, again.Headers.ETag);
    }

    [Fact]
    public async Task Uploads_OfTwoFilesAtOnePath_DoNotMix()
    {
        const string Name = "media/parts/two.txt";
        (await PutAsync(Name, "one", 0, "abcd"u8.ToArray())).Dispose();
        (await PutAsync(Name, "two", 0, "EF"u8.ToArray())).Dispose();

        using var mixed = await CompleteAsync(Name, "two", 4);
        using var made = await CompleteAsync(Name, "two", 2);
        using var late = await CompleteAsync(Name, "one", 4);

        Assert.Equal(
            [HttpStatusCode.Conflict, HttpStatusCode.Created, HttpStatusCode.Conflict],
            [mixed.StatusCode, made.StatusCode, late.StatusCode]);
        Assert.Equal("EF", await _host.Http.GetStringAsync($"api/files/{Name}"));
    }

    [Fact]
    public async Task Complete_OverAFile_KeepsToConditions()
    {
        const string Name = "media/parts/known.txt";
        using var known = await _host.Http.PutAsync($"api/files/{Name}", new ByteArrayContent("old"u8.ToArray()));
        (await PutAsync(Name, "d", 0, "new"u8.ToArray())).Dispose();

        using var refused = await CompleteAsync(Name, "d", 3, ("If-None-Match", "*"));
        using var replaced = await CompleteAsync(Name, "d", 3, ("If-Match", known.Headers.ETag!.ToString()));

        Assert.Equal((HttpStatusCode.PreconditionFailed, HttpStatusCode.OK), (refused.StatusCode, replaced.StatusCode));
        Assert.Equal("new", await _host.Http.GetStringAsync($"api/files/{Name}"));
    }

    [Theory]
    [InlineData("PUT", "media/x?upload=e", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "media/x?upload=e&offset=-1", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "media/x?upload=e&offset=9223372036854775808", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "media/x?upload=../e&offset=0", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "media/x?offset=0", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "media/../x?upload=e&offset=0", HttpStatusCode.NotFound)]
    [InlineData("PUT", "media/a%2Fb?upload=e&offset=0", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "processed/x?upload=e&offset=0", HttpStatusCode.Forbidden)]
    [InlineData("PUT", "templates/x.html.liquid?upload=e&offset=0", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "azure-webjobs-hosts/x?upload=e&offset=0", HttpStatusCode.NotFound)]
    [InlineData("GET", "azure-webjobs-hosts/x?upload=e", HttpStatusCode.NotFound)]
    [InlineData("POST", "media/nothing?upload=e&length=1", HttpStatusCode.Conflict)]
    [InlineData("POST", "media/nothing?upload=e&length=many", HttpStatusCode.BadRequest)]
    [InlineData("POST", "processed/x?upload=e&length=1", HttpStatusCode.Forbidden)]
    public async Task Requests_ThatCannotBe_AreRefusedInASentence(string method, string address, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"api/uploads/{address}");
        if (method == "PUT") request.Content = new ByteArrayContent([1]);

        using var answer = await _host.Http.SendAsync(request);

        Assert.Equal((expected, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Part_LargerThanARequestMayBe_Is413()
    {
        using var answer = await PutAsync("media/parts/huge.bin", "f", 0, new byte[Limit + 1]);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Command_GoesOnWhereItStopped_AndSendsTheWholeFile()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "big.bin");
        var bytes = Bytes(1_000_001);
        await File.WriteAllBytesAsync(file, bytes);
        using var api = new HostApi(new HostTarget(_host.Http.BaseAddress!, null));
        var upload = new PartedUpload(api, partBytes: 100_000);

        // An earlier run got two of the parts across.
        var id = PartedUpload.NameOf(file, bytes.Length, File.GetLastWriteTimeUtc(file));
        (await PutAsync("media/cli/big.bin", id, 300_000, bytes[300_000..400_000])).Dispose();
        (await PutAsync("media/cli/big.bin", id, 700_000, bytes[700_000..800_000])).Dispose();
        var stored = await upload.SendAsync("media/cli/big.bin", file, CancellationToken.None);

        Assert.Equal(bytes.Length, stored.GetProperty("size").GetInt64());
        Assert.Equal(bytes, await _host.Http.GetByteArrayAsync("api/files/media/cli/big.bin"));
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private Task<HttpResponseMessage> PutAsync(string name, string upload, long offset, byte[] part) =>
        _host.Http.PutAsync($"api/uploads/{name}?upload={upload}&offset={offset}", new ByteArrayContent(part));

    private async Task<HttpResponseMessage> CompleteAsync(
        string name, string upload, long length, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/uploads/{name}?upload={upload}&length={length}");
        foreach (var (header, value) in headers) request.Headers.TryAddWithoutValidation(header, value);
        return await _host.Http.SendAsync(request);
    }

    private sealed class CutContent(byte[] bytes, Func<Task> before) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes);
            await stream.FlushAsync();
            await before();
            throw new IOException("The line is cut.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
