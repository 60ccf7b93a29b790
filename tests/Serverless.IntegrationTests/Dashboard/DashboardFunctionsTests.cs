using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Serverless.Dashboard;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Dashboard;

/// <summary>The page's files as a browser asks for them.</summary>
public sealed partial class DashboardFunctionsTests : IAsyncLifetime
{
    private const int MaxCompressedBytes = 150_000;

    private TestHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await TestHost.StartAsync([typeof(DashboardFunctions)], hostJson: """{"version": "2.0"}""");

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Folder_WithoutSlash_LeadsToTheOneWith()
    {
        using var answer = await _host.Http.GetAsync(new Uri("/api/dashboard", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/api/dashboard/", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Page_LoadsNothingOfOthers_AndIsAskedForEachTime()
    {
        using var answer = await GetAsync("/api/dashboard/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotMatch("""(src|href)="(https?:)?//""", page);
        Assert.DoesNotMatch("<script[^>]*>[^<]", page);
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, br;q=0.9", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    public async Task Script_ForWhatTheCallerTakes_IsCompressed(string accepted, string? coding)
    {
        var path = await ScriptAsync();
        using var plain = await GetAsync(path);
        using var answer = await GetAsync(path, accepted);

        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.GetValues("Cache-Control").Single());
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await TextAsync(answer, coding));
    }

    [Fact]
    public async Task File_ThatTheCallerHas_IsNotSentAgain()
    {
        using var first = await GetAsync("/api/dashboard/", "br");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/dashboard/");
        request.Headers.AcceptEncoding.ParseAdd("br");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await _host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/api/dashboard/nothing.js")]
    [InlineData("/api/dashboard/../index.html")]
    [InlineData("/api/dashboard/index.html.br")]
    [InlineData("/api/dashboard/.built")]
    public async Task Path_ThatIsNoFile_IsNotFound(string path)
    {
        using var answer = await GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public void Files_Compressed_AreSmall()
    {
        var assembly = typeof(DashboardFunctions).Assembly;
        var sizes = assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith("dashboard/", StringComparison.Ordinal) && n.EndsWith(".br", StringComparison.Ordinal))
            .Select(n => assembly.GetManifestResourceStream(n)!.Length).ToList();

        Assert.InRange(sizes.Sum(), 1, MaxCompressedBytes);
    }

    private async Task<string> ScriptAsync()
    {
        using var answer = await GetAsync("/api/dashboard/");
        return "/api/dashboard/" + Script().Match(await answer.Content.ReadAsStringAsync()).Groups[1].Value;
    }

    private Task<HttpResponseMessage> GetAsync(string path, string? accepted = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accepted is not null) request.Headers.Add("Accept-Encoding", accepted);
        return _host.Http.SendAsync(request);
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer, string? coding)
    {
        await using var body = await answer.Content.ReadAsStreamAsync();
        await using Stream text = coding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var reader = new StreamReader(text);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex("""type="module"[^>]* src="\./([^"]+\.js)""")]
    private static partial Regex Script();
}
