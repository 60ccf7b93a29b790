using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.TestSupport;
using Xunit.Abstractions;

namespace Serverless.IntegrationTests.Security;

/// <summary>Every HTTP function of the app, those that are yet to come included, against the table of hostile inputs.</summary>
public sealed partial class HostileInputTests(HostileHost host, ITestOutputHelper output) : IClassFixture<HostileHost>
{
    private const string Id = "hostile-1";
    private static readonly string[] QueryNames = [.. ReadQueryNames()];
    private static readonly HashSet<string> Categories =
        [.. HttpFunction.All.Select(f => $"Function.{f.Name}"), "Serverless.Http.ProblemHandler"];

    // What one function did wrong is not held against the next.
    private readonly int _logged = host.Logs.Lines.Count;

    public static TheoryData<string> Functions => [.. HttpFunction.All.Select(f => f.ToString())];

    public static TheoryData<string> FunctionsWithBody => [.. HttpFunction.All.Where(f => f.TakesBody).Select(f => f.ToString())];

    [Fact]
    public void Level_OfEveryFunction_AsksForAKey()
    {
        Assert.NotEmpty(HttpFunction.All);
        Assert.All(
            HttpFunction.All, f => Assert.True(
                f.Level is AuthorizationLevel.Function or AuthorizationLevel.Admin || IsHealth(f) || IsPage(f) || IsApproval(f),
                $"{f}: {f.Level}"));
        Assert.All(HttpFunction.All.Where(IsForAdministrators), f => Assert.True(f.Level == AuthorizationLevel.Admin, $"{f}: {f.Level}"));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Path_Hostile_IsRefused(string name)
    {
        var function = Find(name);
        foreach (var value in function.HasValues ? HostileInputs.PathValues : ["x/..", "%00", "%ff"])
        {
            var path = function.HasValues ? function.Path(value) : $"{function.Path("")}/{value}";
            Check(await RawRequest.SendAsync(host.Address, function.Verb, path, Body(function)), $"{function.Verb} {path}");
        }

        await GoesOnAsync();
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Query_Hostile_IsRefused(string name)
    {
        var function = Find(name);
        foreach (var option in QueryNames)
        {
            foreach (var value in HostileInputs.QueryValues)
            {
                var path = $"{function.Path(Id)}?{option}={value.Replace("{0}", option, StringComparison.Ordinal)}";
                Check(await RawRequest.SendAsync(host.Address, function.Verb, path, Body(function)), $"{function.Verb} {path}");
            }
        }

        await GoesOnAsync();
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Headers_Hostile_ChangeNothing(string name)
    {
        var function = Find(name);
        string[] headers =
        [
            "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: javascript\r\nX-Original-URL: /admin\r\n",
            "Content-Type: text/html\r\n",
            "Content-Type: application/json; charset=utf-16\r\n",
            "Content-Type: multipart/form-data\r\n",
            "Content-Encoding: gzip\r\nContent-Type: application/json\r\n",
            $"X-Long: {new string('a', 8_000)}\r\n",
            "traceparent: 00-zz-zz-zz\r\n",
            "If-None-Match: \"\r\nRange: bytes=9-1\r\nAccept: */../*\r\nLast-Event-ID: -1\r\n",
        ];
        foreach (var header in headers)
        {
            var answer = await RawRequest.SendAsync(host.Address, function.Verb, function.Path(Id), Body(function), header);
            Check(answer, $"{function} with {header[..Math.Min(60, header.Length)]}");
            Assert.DoesNotContain("evil.example", answer.Head + answer.Body, StringComparison.Ordinal);
        }

        await GoesOnAsync();
    }

    [Theory]
    [MemberData(nameof(FunctionsWithBody))]
    public async Task Body_Hostile_IsRefused(string name)
    {
        var function = Find(name);
        foreach (var body in HostileInputs.Bodies()) await SendAsync(function, body);
        if (ValidBodies.Find(function.Name) is { } valid)
        {
            foreach (var body in HostileInputs.Mutate(valid)) await SendAsync(function, Encoding.UTF8.GetBytes(body));
        }

        await GoesOnAsync();
    }

    [Theory]
    [MemberData(nameof(FunctionsWithBody))]
    public async Task Body_WithoutEnd_IsCutOff(string name)
    {
        var function = Find(name);

        var (answer, sent) = await RawRequest.SendEndlessAsync(host.Address, function.Verb, function.Path(Target(function)), "{\"a\":\"");
        output.WriteLine($"{function}: {answer.Status} after {sent >> 20} MiB");

        Check(answer, $"{function} without end");
        Assert.True(
            sent < RawRequest.Endless
                && (answer.Status >= 400 || IgnoresBody(function)), $"{function}: {answer.Status} after {sent >> 20} MiB. {answer.Body}");
        await GoesOnAsync();
    }

    [Theory]
    [MemberData(nameof(FunctionsWithBody))]
    public async Task Body_ThatSaysItIsTooLarge_IsRefusedUnread(string name)
    {
        var function = Find(name);

        var answer = await RawRequest.SendAsync(
            host.Address,
            $"{function.Verb} {function.Path(Target(function))} HTTP/1.1\r\nHost: {host.Address.Authority}\r\nConnection: " +
            $"close\r\nContent-Type: application/json\r\nContent-Length: 999999999999\r\n\r\n",
            [.. "{\"a\":\""u8]);

        Check(answer, $"{function} of 1 TB");
        Assert.True(answer.Status >= 400 || IgnoresBody(function), $"{function}: {answer.Status}. {answer.Body}");
        await GoesOnAsync();
    }

    private static HttpFunction Find(string name) => HttpFunction.All.Single(f => f.ToString() == name);

    // Static files, which hold no data.
    private static bool IsPage(HttpFunction function) => function.Name is "Docs" or "Dashboard";

    // The link is the key.
    private static bool IsApproval(HttpFunction function) => function.Route == "approvals/{token}";

    private static bool IsHealth(HttpFunction function) =>
        function is { Verb: "GET" } && function.Route.StartsWith("health", StringComparison.Ordinal);

    private static bool IsForAdministrators(HttpFunction function) =>
        function.Verb != "GET" && (function.Route + function.Name).ToUpperInvariant() is var text
            && (text.Contains("PURGE", StringComparison.Ordinal) || text.Contains("REQUEUE", StringComparison.Ordinal));

    // What only names something, such as POST schedules/{name}/pause, answers without reading on.
    private static bool IgnoresBody(HttpFunction function) =>
        function.Verb == "POST" && function.Route.Contains("}/", StringComparison.Ordinal) && ValidBodies.Find(function.Name) is null;

    // Where a task or a queue is named, an unknown one is answered before anything else is looked at. Workflows have no hyphens.
    private static string Target(HttpFunction function) => function.Name switch
    {
        "TaskSend" => "demo.add",
        "DeadLetterRequeue" => "default",
        _ => function.Route.StartsWith("workflows/{name}", StringComparison.Ordinal) ? "hostile" : Id,
    };

    private static byte[]? Body(HttpFunction function) =>
        function.TakesBody ? Encoding.UTF8.GetBytes(ValidBodies.Find(function.Name) ?? "{}") : null;

    private async Task SendAsync(HttpFunction function, byte[] body)
    {
        var answer = await RawRequest.SendAsync(host.Address, function.Verb, function.Path(Target(function)), body);
        var text = Encoding.UTF8.GetString(body);
        Check(answer, $"{function} of {text[..Math.Min(300, text.Length)]}");
    }

    private static void Check(RawAnswer answer, string what)
    {
        Assert.True(answer.Status is >= 200 and < 500 and not (>= 300 and < 400), $"{what}: {answer.Head} {answer.Body}");
        Assert.DoesNotContain("X-Injected", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Set-Cookie", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", answer.Body, StringComparison.Ordinal);
        if (answer.Status >= 400) Assert.False(TypeName().IsMatch(answer.Body), $"{what}: {answer.Body}");
        Assert.True(answer.Status < 400 || answer.IsProblem, $"{what}: no problem+json. {answer.Head} {answer.Body}");
    }

    private async Task GoesOnAsync()
    {
        var answer = await RawRequest.SendAsync(host.Address, "GET", "/api/csv?size=1");
        Assert.Equal(200, answer.Status);
        var lines = host.Logs.Lines.Skip(_logged).ToList();
        var failed = lines.Where(l => l.Level >= LogLevel.Error && Categories.Contains(l.Category))
            .Select(l => $"{l.Category}: {l.Message} {l.Exception}").ToList();
        Assert.True(failed.Count == 0, string.Join('\n', failed.Take(3)));
        Assert.DoesNotContain(
            lines, l => l.Message.Contains(HostileInputs.Secret, StringComparison.Ordinal) || l.Exception?.ToString()
                .Contains(HostileInputs.Secret, StringComparison.Ordinal) == true);
    }

    private static IEnumerable<string> ReadQueryNames()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "functions"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText);
        return sources.SelectMany(s => QueryName().Matches(s)).Select(m => m.Groups[1].Value).Append("output").Append("chunkBytes")
            .Append("schema").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\b(System|Serverless|Microsoft|Azure)\.[A-Z]\w+|\w`\d|\.NET\b")]
    private static partial Regex TypeName();

    [GeneratedRegex("""[qQ]uery(?:\[|\.TryGetValue\(|\.ContainsKey\()"(\w+)""")]
    private static partial Regex QueryName();
}
