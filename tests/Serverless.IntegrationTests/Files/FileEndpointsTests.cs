using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Files;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Files;

[Collection(AzuriteTests.Name)]
public sealed class FileEndpointsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Limit = 1_000_000;

    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(
        [typeof(FileFunctions)],
        settings: new() { ["AzureWebJobsStorage"] = azurite.ConnectionString, ["Files:MaxUploadBytes"] = $"{Limit}" },
        services: (services, configuration) => services.AddServerless(configuration));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Put_ThenGet_GivesTheSameBytesTypeAndVersion()
    {
        var bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);

        using var stored = await PutAsync("media/round/a b+c%25ü.png", bytes);
        var answer = (await stored.Content.ReadFromJsonAsync<JsonObject>())!;
        using var read = await _host.Http.GetAsync(answer["url"]!.GetValue<string>());

        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        Assert.Equal("round/a b+c%ü.png", answer["path"]!.GetValue<string>());
        Assert.Equal(answer["url"]!.GetValue<string>(), stored.Headers.Location!.OriginalString);
        Assert.Equal(bytes, await read.Content.ReadAsByteArrayAsync());
        Assert.Equal((300_000, "image/png"), (answer["size"]!.GetValue<int>(), read.Content.Headers.ContentType!.ToString()));
        Assert.Equal(answer["eTag"]!.GetValue<string>(), read.Headers.ETag!.ToString());
    }

    [Theory]
    [InlineData("bytes=0-3", "0123", "bytes 0-3/10")]
    [InlineData("bytes=8-", "89", "bytes 8-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")]
    public async Task Get_Range_GivesIt(string range, string expected, string described)
    {
        (await PutAsync("media/range.txt", "0123456789"u8.ToArray())).Dispose();

        using var answer = await SendAsync(HttpMethod.Get, "media/range.txt", ("Range", range));

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
        Assert.Equal(described, answer.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task Get_RangeBeyondTheEnd_Is416WithTheSize()
    {
        (await PutAsync("media/short.txt", "0123456789"u8.ToArray())).Dispose();

        using var answer = await SendAsync(HttpMethod.Get, "media/short.txt", ("Range", "bytes=10-"));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal("bytes */10", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Conditions_Hold()
    {
        using var first = await PutAsync("media/conditions.txt", "one"u8.ToArray(), ("If-None-Match", "*"));
        var tag = first.Headers.ETag!.ToString();
        using var again = await PutAsync("media/conditions.txt", "two"u8.ToArray(), ("If-None-Match", "*"));
        using var unchanged = await SendAsync(HttpMethod.Get, "media/conditions.txt", ("If-None-Match", tag));
        using var changed = await PutAsync("media/conditions.txt", "three"u8.ToArray(), ("If-Match", tag));
        using var late = await PutAsync("media/conditions.txt", "four"u8.ToArray(), ("If-Match", tag));
        using var gone = await SendAsync(HttpMethod.Get, "media/conditions.txt", ("If-Match", tag));
        using var kept = await SendAsync(HttpMethod.Delete, "media/conditions.txt", ("If-Match", tag));

        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.PreconditionFailed, HttpStatusCode.NotModified, HttpStatusCode.OK,
                HttpStatusCode.PreconditionFailed, HttpStatusCode.PreconditionFailed, HttpStatusCode.PreconditionFailed],
            [first.StatusCode, again.StatusCode, unchanged.StatusCode, changed.StatusCode, late.StatusCode, gone.StatusCode,
                kept.StatusCode]);
        Assert.Equal("three", await _host.Http.GetStringAsync("api/files/media/conditions.txt"));
    }

    [Theory]
    [InlineData("page.html", "text/html", "inline")]
    [InlineData("image.svg", "image/svg+xml", "attachment")]
    [InlineData("script.js", "text/javascript", "attachment")]
    [InlineData("unknown.bin", "application/octet-stream", "attachment")]
    public async Task Get_WhatABrowserCouldRun_CannotActHere(string name, string type, string disposition)
    {
        (await PutAsync($"media/{name}", "<script>alert(1)</script>"u8.ToArray(), ("Content-Type", type))).Dispose();

        using var answer = await _host.Http.GetAsync($"api/files/media/{name}");

        Assert.Equal((type, disposition),
            (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("sandbox;", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Pages_HoldEveryFileOnce()
    {
        foreach (var i in Enumerable.Range(0, 7)) (await PutAsync($"templates/pages/{i}.liquid", "x"u8.ToArray())).Dispose();
        (await PutAsync("templates/other.liquid", "x"u8.ToArray())).Dispose();

        var paths = new List<string>();
        string? after = null;
        do
        {
            var page = await _host.Http.GetFromJsonAsync<JsonObject>(
                $"api/files/templates?prefix=pages/&size=3&after={Uri.EscapeDataString(after ?? "")}");
            paths.AddRange(page!["files"]!.AsArray().Select(f => f!["path"]!.GetValue<string>()));
            after = page["next"]?.GetValue<string>();
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"pages/{i}.liquid"), paths);
    }

    [Fact]
    public async Task Remove_File_IsGone()
    {
        (await PutAsync("recipients/gone.csv", "a"u8.ToArray())).Dispose();

        using var removed = await _host.Http.DeleteAsync("api/files/recipients/gone.csv");
        using var again = await _host.Http.DeleteAsync("api/files/recipients/gone.csv");
        using var read = await _host.Http.GetAsync("api/files/recipients/gone.csv");

        Assert.Equal(
            [HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NotFound],
            [removed.StatusCode, again.StatusCode, read.StatusCode]);
    }

    [Fact]
    public async Task Put_OverTheLimit_LeavesNothing()
    {
        using var content = new StreamContent(new MemoryStream(new byte[Limit + 1]));
        content.Headers.ContentLength = null;
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/files/media/large.bin") { Content = content };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await _host.Http.SendAsync(request);
        using var read = await _host.Http.GetAsync("api/files/media/large.bin");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.NotFound), (answer.StatusCode, read.StatusCode));
    }

    [Theory]
    [InlineData("GET", "azure-webjobs-hosts/locks/x", HttpStatusCode.NotFound)]
    [InlineData("GET", "azure-webjobs-secrets/host.json", HttpStatusCode.NotFound)]
    [InlineData("GET", "workflows/x", HttpStatusCode.NotFound)]
    [InlineData("PUT", "azure-webjobs-hosts/x", HttpStatusCode.NotFound)]
    [InlineData("PUT", "processed/x/clean.csv", HttpStatusCode.Forbidden)]
    [InlineData("PUT", "reports/2026-01-01/report.html", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "results/runs/x", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "processed/a.csv/job/.parts/x", HttpStatusCode.Forbidden)]
    [InlineData("GET", "media/a%2Fb", HttpStatusCode.BadRequest)]
    [InlineData("GET", "media/a//b", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "media/a%5Cb", HttpStatusCode.BadRequest)]
    public async Task Places_ThatAreNotTheUsers_AreRefused(string method, string name, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"api/files/{name}");
        if (method == "PUT") request.Content = new ByteArrayContent([1]);

        using var answer = await _host.Http.SendAsync(request);

        Assert.Equal((expected, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("{% if a %}x", "The template is no Liquid template")]
    [InlineData("{% for i in (1..2) %}{{ i }}", "The template is no Liquid template")]
    [InlineData("nested", "The template ")]
    [InlineData("binary", "The template is no UTF-8 text.")]
    public async Task Put_TemplateThatIsNone_IsRefusedAndNotStored(string text, string reason)
    {
        byte[] body = text switch
        {
            "nested" => [.. Enumerable.Repeat("{% if a %}"u8.ToArray(), 20_000).SelectMany(tag => tag)],
            "binary" => [0x89, 0x50, 0xFF, 0xFE],
            _ => Encoding.UTF8.GetBytes(text),
        };

        using var answer = await PutAsync("templates/bad.html.liquid", body);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        using var read = await _host.Http.GetAsync("api/files/templates/bad.html.liquid");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (answer.StatusCode, read.StatusCode));
        Assert.StartsWith(reason, problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_Template_IsStoredAsItCame()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. "{{ a }} \u00E4"u8];

        using var answer = await PutAsync("templates/good.html.liquid", body);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(body, await _host.Http.GetByteArrayAsync("api/files/templates/good.html.liquid"));
    }

    [Fact]
    public async Task Put_EncodedBody_IsRefused()
    {
        using var answer = await PutAsync("media/encoded.txt", [1], ("Content-Encoding", "gzip"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task Containers_AreListedWithTheirUse()
    {
        var answer = await _host.Http.GetFromJsonAsync<JsonObject>("api/files");

        var incoming = answer!["containers"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == "incoming")!;
        Assert.True(incoming["writable"]!.GetValue<bool>());
        Assert.Equal("/api/files/incoming", incoming["url"]!.GetValue<string>());
    }

    [Fact]
    public async Task Head_GivesTheSizeWithoutTheBytes()
    {
        (await PutAsync("media/head.txt", Encoding.UTF8.GetBytes("0123456789"))).Dispose();

        using var answer = await SendAsync(HttpMethod.Head, "media/head.txt");

        Assert.Equal((HttpStatusCode.OK, 10L), (answer.StatusCode, answer.Content.Headers.ContentLength));
        Assert.Equal("bytes", Assert.Single(answer.Headers.AcceptRanges));
    }

    private async Task<HttpResponseMessage> PutAsync(string name, byte[] bytes, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"api/files/{name}") { Content = new ByteArrayContent(bytes) };
        foreach (var (header, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(header, value)) request.Content.Headers.TryAddWithoutValidation(header, value);
        }

        return await _host.Http.SendAsync(request);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string name, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, $"api/files/{name}");
        foreach (var (header, value) in headers) request.Headers.TryAddWithoutValidation(header, value);
        return await _host.Http.SendAsync(request);
    }
}
