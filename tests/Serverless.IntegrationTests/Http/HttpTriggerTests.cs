using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Http;

public sealed class HttpTriggerTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private static Task<TestHost> StartAsync(string? hostJson = null) => TestHost.StartAsync(
        [typeof(HttpFunctions)],
        hostJson: hostJson,
        settings: new() { ["Greeting"] = "Hello" },
        services: (services, settings) => services.AddSingleton(new Greeter(settings["Greeting"]!)).AddScoped<PerInvocation>());

    [Theory]
    [InlineData("/api/Greet?name=Ada", "Hello, Ada")]
    [InlineData("/api/greet?name=Ada", "Hello, Ada")]
    [InlineData("/api/Scope", "True True")]
    [InlineData("/api/items/7", "7 null null  1")]
    [InlineData("/api/items/7/pen?page=3&at=2026-01-02&tag=6f9619ff-8b86-d011-b42d-00c04fc964ff",
        "7 pen 6f9619ff-8b86-d011-b42d-00c04fc964ff 2026 3")]
    [InlineData("/api/files/a/b.csv", "a/b.csv")]
    [InlineData("/api/context/x", "Context x True httpTrigger")]
    public async Task Get_RouteAndQuery_BindByName(string url, string expected) =>
        Assert.Equal(expected, await _host.Http.GetStringAsync(url));

    [Theory]
    [InlineData("GET", "/api/items/seven", HttpStatusCode.NotFound)]
    [InlineData("GET", "/items/7", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/items/7", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/api/Nothing", HttpStatusCode.OK)]
    [InlineData("PATCH", "/api/Poco", HttpStatusCode.OK)]
    [InlineData("GET", "/api/Status?code=405", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/Status", HttpStatusCode.InternalServerError)]
    [InlineData("GET", "/api/items/7?page=many", HttpStatusCode.InternalServerError)]
    public async Task Send_AnyRoute_AnswersAsTheFunctionsHost(string method, string url, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        using var response = await _host.Http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Put_JsonBody_BindsIt()
    {
        using var response = await _host.Http.PutAsJsonAsync("/api/items/7", new { name = "Ada", AGE = 36 });
        Assert.Equal("""{"id":7,"name":"Ada","age":36}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_PlainObject_AnswersJsonWithNamesAsWritten()
    {
        using var response = await _host.Http.GetAsync("/api/Poco");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(new Person("é", 3), await response.Content.ReadFromJsonAsync<Person>());
        Assert.Contains("\"Name\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_FunctionThrows_Answers500WithoutDetailsAndLogsOnce()
    {
        using var response = await _host.Http.GetAsync("/api/Fails");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var line = Assert.Single(_host.Logs.Lines, l => l.Level >= LogLevel.Warning);
        Assert.Equal("Function.Fails", line.Category);
        Assert.IsType<InvalidOperationException>(line.Exception);
    }

    [Fact]
    public async Task Get_FunctionThrowsInTheMiddleOfItsAnswer_BreaksTheConnection() =>
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _host.Http.GetStringAsync("/api/FailsLate"));

    [Fact]
    public async Task Post_BodyOver30Megabytes_StreamsThrough()
    {
        var bytes = new byte[40_000_000];
        new Random(1).NextBytes(bytes);
        using var response = await _host.Http.PostAsync("/api/Hash", new StreamContent(new MemoryStream(bytes)));
        Assert.Equal(Convert.ToHexString(SHA256.HashData(bytes)), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_AfterInvocations_DisposesTheirServices()
    {
        var before = PerInvocation.Disposed;
        await _host.Http.GetStringAsync("/api/Scope");
        await Eventually.TrueAsync(() => PerInvocation.Disposed > before);
    }

    [Theory]
    [InlineData("""{"extensions":{"http":{"routePrefix":""}}}""", "/Greet?name=Ada")]
    [InlineData("""{"extensions":{"http":{"routePrefix":"jobs/v1"}}}""", "/jobs/v1/Greet?name=Ada")]
    public async Task Get_OtherPrefix_FollowsHostJson(string hostJson, string url)
    {
        await using var host = await StartAsync(hostJson);
        Assert.Equal("Hello, Ada", await host.Http.GetStringAsync(url));
        Assert.Equal($"[GET] {new Uri(host.Host.Address, url.Split('?')[0])}", host.Host.Functions.Single(f => f.Name == "Greet").Detail);
    }
}
