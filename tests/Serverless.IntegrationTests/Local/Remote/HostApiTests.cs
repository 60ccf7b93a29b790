using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local.Remote;

public sealed class HostApiTests
{
    private static readonly CommandSyntax Syntax = new("test", "", [], HostTarget.Options);

    [Fact]
    public async Task SendAsync_Key_ComesAsAHeaderToTheHostAlone()
    {
        await using var host = await TestHost.StartAsync([typeof(Answers)]);
        await using var other = await TestHost.StartAsync([typeof(Answers)]);
        using var api = new HostApi(new HostTarget(host.Host.Address, "secret"));

        Assert.Equal("secret", (await api.GetAsync("key", CancellationToken.None)).GetString());
        Assert.Equal("secret", (await api.GetAsync(new Uri(host.Host.Address, "api/key").ToString(), CancellationToken.None)).GetString());
        Assert.Equal("", (await api.GetAsync(new Uri(other.Host.Address, "api/key").ToString(), CancellationToken.None)).GetString());
    }

    [Fact]
    public async Task SendAsync_Token_ComesAsAHeaderToTheHostAlone()
    {
        await using var host = await TestHost.StartAsync([typeof(Answers)]);
        await using var other = await TestHost.StartAsync([typeof(Answers)]);
        using var api = new HostApi(new HostTarget(host.Host.Address, null, "signed-in"));

        Assert.Equal("Bearer signed-in", (await api.GetAsync("token", CancellationToken.None)).GetString());
        Assert.Equal("", (await api.GetAsync(new Uri(other.Host.Address, "api/token").ToString(), CancellationToken.None)).GetString());
    }

    [Theory]
    [InlineData("The host wants another key", "answer/401")]
    [InlineData("Nothing is found at this address", "nothing")]
    public async Task GetAsync_Refused_SaysWhatToDo(string fault, string path)
    {
        await using var host = await TestHost.StartAsync([typeof(Answers)]);
        using var api = new HostApi(new HostTarget(host.Host.Address, null));

        Assert.Contains(
            fault, (await Assert.ThrowsAsync<HostRefusedException>(() => api.GetAsync(path, CancellationToken.None))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_HostFails_SaysSo()
    {
        await using var host = await TestHost.StartAsync([typeof(Answers)]);
        using var api = new HostApi(new HostTarget(host.Host.Address, null));

        Assert.Equal(
            "The host answered 500 to /api/answer/500; its log says why.",
            (await Assert.ThrowsAsync<CommandFailedException>(() => api.GetAsync("answer/500", CancellationToken.None))).Message);
    }

    [Fact]
    public async Task GetAsync_NoHost_SaysWhereNoneAnswers()
    {
        var host = await TestHost.StartAsync([typeof(Answers)]);
        var address = host.Host.Address;
        await host.DisposeAsync();

        var result = await InProcess.RunAsync(address, "tasks", "list");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"No host answers at {address}. Start one, or name another with --url.", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoUrl_TakesTheHostOfTheDataFolder()
    {
        using var folder = new TemporaryFolder();
        using var written = HostAddress.Write(folder.Path, new Uri("http://127.0.0.1:5000/"));

        Assert.Equal(new Uri("http://127.0.0.1:5000/"), HostTarget.Read(new Arguments(Syntax, ["--data", folder.Path])).Address);
        Assert.Equal(
            new Uri("https://app.example/"), HostTarget.Read(
                new Arguments(Syntax, ["--data", folder.Path, "--url", "https://app.example"])).Address);
    }

    [Theory]
    [InlineData("app.example")]
    [InlineData("ftp://app.example")]
    public void Read_NoHttpAddress_IsRefused(string url)
    {
        var arguments = new Arguments(Syntax, ["--url", url]);

        HostTarget.Read(arguments);

        Assert.Contains(
            $"--url must be an address such as http://127.0.0.1:7071/, not '{url}'.", Assert.Throws<UsageException>(
                arguments.Check).Faults);
    }

    [Fact]
    public void Path_Query_IsEscapedAndWithoutWhatIsNull() =>
        Assert.Equal("tasks?task=a%20b%26c&since=1", HostApi.BuildPath("tasks", ("state", null), ("task", "a b&c"), ("since", "1")));

    public static class Answers
    {
        [Function("Key")]
        public static IResult Key([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "key")] HttpRequest request) =>
            Results.Json(request.Headers["x-functions-key"].ToString());

        [Function("Token")]
        public static IResult Token([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "token")] HttpRequest request) =>
            Results.Json(request.Headers.Authorization.ToString());

        [Function("Answer")]
        public static IResult Answer(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answer/{status}")] HttpRequest request, int status) =>
                Results.StatusCode(status);
    }
}
