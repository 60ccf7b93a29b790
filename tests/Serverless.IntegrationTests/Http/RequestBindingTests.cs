using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.IntegrationTests.Security;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Http;

/// <summary>Requests that the local host takes and refuses, and how it words a refusal: over real sockets.</summary>
public sealed class RequestBindingTests(RequestBindingTests.BindingHost fixture) : IClassFixture<RequestBindingTests.BindingHost>
{
    private int Port => fixture.Host.Host.Address.Port;

    /// <summary>A host with functions and orchestrations that stand for any app's.</summary>
    public sealed class BindingHost : IAsyncLifetime
    {
        internal TestHost Host { get; private set; } = null!;

        public async Task InitializeAsync() =>
            Host = await TestHost.StartAsync(
                [typeof(RequestBindingFunctions), typeof(DurableFunctions)], allowedHosts: ["jobs.example.org"]);

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }

    [Theory]
    [InlineData("127.0.0.1:PORT")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:PORT")]
    [InlineData("LOCALHOST:PORT")]
    [InlineData("localhost.:PORT")]
    [InlineData("[::1]:PORT")]
    [InlineData("[::1]")]
    [InlineData("127.0.0.2:1")]
    [InlineData("jobs.example.org")]
    [InlineData("JOBS.example.org:8080")]
    public async Task Host_OfThisMachine_IsAnswered(string host) => Assert.Equal(200, (await GetAsync(host)).Status);

    [Theory]
    [InlineData("evil.com")]
    [InlineData("evil.com:PORT")]
    [InlineData("127.0.0.1.evil.com")]
    [InlineData("localhost.evil.com:PORT")]
    [InlineData("evil-localhost")]
    [InlineData("LOCALHOST.EVIL.COM")]
    [InlineData("127.0.0.1.")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("192.168.0.1:PORT")]
    [InlineData("[2001:db8::1]:PORT")]
    [InlineData("example.org")]
    [InlineData("a.jobs.example.org")]
    public async Task Host_OfAnother_IsMisdirected(string host)
    {
        var answer = await GetAsync(host);

        Assert.Equal(421, answer.Status);
        Assert.True(answer.IsProblem, answer.Head);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /api/DoorRead HTTP/1.0\r\n\r\n", 421)]
    [InlineData("GET /api/DoorRead HTTP/1.0\r\nHost: evil.com\r\n\r\n", 421)]
    [InlineData("GET /api/DoorRead HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n", 200)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nHost: localhost\r\nHost: evil.com\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nHost: evil.com\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET http://evil.com/api/DoorRead HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET http://evil.com/api/DoorRead HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET http://evil.com/api/DoorRead HTTP/1.0\r\n\r\n", 421)]
    [InlineData("GET http://localhost/api/DoorRead HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nHost: [::]\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nHost: localhost@evil.com\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nHost: evil.com\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\nConnection: " +
        "close\r\n\r\n", 421)]
    public async Task Head_OfAnyForm_IsOnlyAnsweredForThisMachine(string head, int expected)
    {
        var answer = await SendAsync(head);

        Assert.True(answer.Status == expected, $"{answer.Head}\n{answer.Body}");
        if (expected != 200) Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin: https://evil.com")]
    [InlineData("Origin: null")]
    [InlineData("Origin: http://127.0.0.1.evil.com")]
    [InlineData("Origin: http://evil.com:PORT")]
    [InlineData("Origin: http://localhost:3000\r\nSec-Fetch-Site: same-site")]
    [InlineData("Origin: http://localhost")]
    [InlineData("Origin: https://localhost:PORT")]
    [InlineData("Origin: file://")]
    [InlineData("Origin: chrome-extension://abc")]
    [InlineData("Origin: http://localhost:PORT\r\nOrigin: http://evil.com")]
    [InlineData("Origin: http://localhost:PORT@evil.com")]
    [InlineData("Origin:")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: same-site")]
    [InlineData("Sec-Fetch-Site: Cross-Site")]
    [InlineData("Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site")]
    [InlineData("Origin: http://127.0.0.1:PORT\r\nSec-Fetch-Site: cross-site")]
    public async Task Change_FromAForeignPage_IsForbidden(string headers)
    {
        foreach (var (verb, path) in ((string, string)[])[("POST", "/api/DoorWrite"), ("PUT", "/api/DoorWrite"),
            ("DELETE", "/api/DoorWrite"), ("POST", "/runtime/webhooks/durabletask/orchestrators/Greeting"), ("POST", "/x")])
        {
            var before = RequestBindingFunctions.Written;
            var answer = await SendAsync(
                $"{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nConnection: close\r\n{Fill(headers)}\r\nContent-Length: 0\r\n\r\n");

            Assert.True(answer.Status == 403 && answer.IsProblem, $"{verb} {path}: {answer.Head}");
            Assert.Equal(before, RequestBindingFunctions.Written);
        }
    }

    [Theory]
    [InlineData("X-Nothing: 1")]
    [InlineData("Origin: http://127.0.0.1:PORT\r\nSec-Fetch-Site: same-origin")]
    [InlineData("Origin: http://LOCALHOST:PORT")]
    [InlineData("Origin: http://[::1]:PORT")]
    [InlineData("Origin: https://jobs.example.org\r\nSec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: none")]
    public async Task Change_FromHere_IsDone(string headers)
    {
        var answer = await SendAsync(
            $"POST /api/DoorWrite HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nConnection: close\r\n{Fill(headers)}\r\nContent-Length: 0\r\n\r\n");

        Assert.True(answer.Status == 200, answer.Head);
    }

    [Theory]
    [InlineData("GET", 200)]
    [InlineData("OPTIONS", 405)]
    public async Task Read_ByAForeignPage_GivesItNoLeaveToReadTheAnswer(string verb, int expected)
    {
        var answer = await SendAsync(
            $"{verb} /api/DoorRead HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nConnection: close\r\nOrigin: " +
            $"https://evil.com\r\nSec-Fetch-Site: cross-site\r\nAccess-Control-Request-Method: POST\r\n\r\n");

        Assert.Equal(expected, answer.Status);
        Assert.DoesNotContain("Access-Control", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Cross-Origin-Resource-Policy: same-origin", answer.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("POST", "/api/nothing/at/all", 404)]
    [InlineData("GET", "/admin/host/status", 404)]
    [InlineData("DELETE", "/api/DoorRead", 405)]
    [InlineData("BREW", "/api/DoorRead", 405)]
    [InlineData("PATCH", "/runtime/webhooks/durabletask/instances", 405)]
    [InlineData("GET", "/api/DoorFails", 500)]
    public async Task Refusal_OfAnyRoute_IsProblemJson(string verb, string path, int expected)
    {
        var answer = await SendAsync($"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

        Assert.True(answer.Status == expected && answer.IsProblem, $"{answer.Head}\n{answer.Body}");
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        if (expected == 405) Assert.Contains("\r\nAllow: ", answer.Head, StringComparison.Ordinal);
    }

    /// <summary>As on the real host: a function's bare refusal, and the extension's word on an instance that it does not know.</summary>
    [Theory]
    [InlineData("GET", "/api/DoorStatus?code=409", 409)]
    [InlineData("GET", "/runtime/webhooks/durabletask/instances/none", 404)]
    [InlineData("POST", "/runtime/webhooks/durabletask/instances/none/terminate", 404)]
    public async Task Refusal_OfAFunctionOrTheExtension_StandsAsItIs(string verb, string path, int expected)
    {
        var answer = await SendAsync($"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal((expected, ""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("5\r\nabcdefgh\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("ffffffffffffffffff\r\n")]
    public async Task Body_InBrokenChunks_Is400(string chunks)
    {
        foreach (var path in (string[])["/api/DoorBody", "/runtime/webhooks/durabletask/orchestrators/Greeting"])
        {
            var answer = await SendAsync(
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");

            Assert.True(answer.Status == 400 && answer.IsProblem, $"{path}: {answer.Head}\n{answer.Body}");
        }
    }

    [Theory]
    [InlineData("/api/DoorBody")]
    [InlineData("/runtime/webhooks/durabletask/orchestrators/Greeting")]
    public async Task Body_ThatStalls_Is408(string path)
    {
        var answer = await SendAsync(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n{{\"a\":");

        Assert.True(answer.Status == 408 && answer.IsProblem, $"{answer.Head}\n{answer.Body}");
    }

    [Theory]
    [InlineData(9_000, 0, 414)]
    [InlineData(60_000, 0, 414)]
    [InlineData(1, 40_000, 431)]
    [InlineData(1, 200_000, 431)]
    public async Task Head_ThatIsTooLong_IsProblemJson(int target, int header, int expected)
    {
        var answer = await SendAsync(
            $"GET /api/DoorRead?x={new string('a', target)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: " +
            $"{new string('b', header)}\r\n\r\n");

        Assert.True(answer.Status == expected && answer.IsProblem, answer.Head);
    }

    [Theory]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""["\ud83d\ud83d"]""")]
    [InlineData("\"\\uDFFF\"")]
    public async Task Start_WithHalfACharacter_IsRefusedAndTheListStaysReadable(string body)
    {
        const string durable = "/runtime/webhooks/durabletask";
        var started = await SendAsync(
            $"POST {durable}/orchestrators/Greeting HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
            $"{body.Length}\r\n\r\n{body}");
        Assert.True(started.Status == 400, started.Head);

        var ok = await SendAsync(
            $"POST {durable}/orchestrators/Greeting/door-1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
            $"3\r\n\r\n\"a\"");
        Assert.True(ok.Status is 202 or 409, ok.Head);
        var raised = await SendAsync(
            $"POST {durable}/instances/door-1/raiseEvent/e HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " +
            $"application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.True(raised.Status is 400 or 410, raised.Head);

        var list = await SendAsync($"GET {durable}/instances HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.True(list.Status == 200, list.Head);
    }

    /// <summary>The server refuses these itself, before anything of the host runs.</summary>
    [Theory]
    [InlineData("GET /api/DoorRead/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET /api/%00?a=1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET /api/\u00e4 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET  HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n", 400)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nHost: a b\r\n\r\n", 400)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nHost: localhost\r\nno header\r\n\r\n", 400)]
    [InlineData("GET /api/DoorRead HTTP/1.1\r\nHost: localhost\r\nA\u0000B: c\r\n\r\n", 400)]
    [InlineData("POST /api/DoorWrite HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("POST /api/DoorWrite HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400)]
    [InlineData("POST /api/DoorWrite HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\na", 400)]
    [InlineData("POST /api/DoorWrite HTTP/1.0\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET /api/DoorRead HTTP/3.0\r\nHost: localhost\r\n\r\n", 505)]
    public async Task Request_ThatTheServerCannotRead_IsToldWhy(string request, int status)
    {
        var answer = await SendAsync(request);

        Assert.True(answer.Status == status && answer.IsProblem, answer.Head + answer.Body);
        var problem = JsonNode.Parse(answer.Body)!;
        Assert.Equal(status, problem["status"]!.GetValue<int>());
        Assert.StartsWith("The request cannot be read. ", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Single(Regex.Matches(answer.Head + answer.Body, "HTTP/1"));
        Assert.Contains("Connection: close", answer.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatCannotBeReadAfterOneThatCan_LeavesThatOnesAnswer()
    {
        const string good = "GET /api/DoorRead HTTP/1.1\r\nHost: localhost\r\n\r\n";
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(good + good + "GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());
        var answers = await reader.ReadToEndAsync();

        Assert.Equal(["200", "200", "400"], Regex.Matches(answers, "HTTP/1.1 (\\d+)").Select(m => m.Groups[1].Value));
        Assert.Contains("application/problem+json", answers, StringComparison.Ordinal);
    }

    private string Fill(string text) => text.Replace("PORT", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private Task<RawAnswer> GetAsync(string host) =>
        SendAsync($"GET /api/DoorRead HTTP/1.1\r\nHost: {Fill(host)}\r\nConnection: close\r\n\r\n");

    private Task<RawAnswer> SendAsync(string request) => RawRequest.SendAsync(fixture.Host.Host.Address, request, []);
}
