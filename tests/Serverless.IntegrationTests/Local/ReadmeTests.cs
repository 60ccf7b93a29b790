using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Local.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>The README and the manual show what happens.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private const string ExitCode1 = "# exit code 1";
    private const string Run = "dotnet run -c Release --project local";

    /// <summary>Those whose commands are run, in this order.</summary>
    private static readonly string[] Manual =
        ["README.md", "docs/csv.md", "docs/monitoring.md", "docs/tasks.md", "docs/schedules.md", "docs/mail.md", "docs/workflows.md"];

    private static readonly string Text = string.Concat(Manual.Select(Read));

    private readonly TemporaryFolder _folder = new();

    public ReadmeTests()
    {
        var samples = Directory.CreateDirectory(Path.Combine(_folder.Path, "local", "samples")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "local", "samples")))
            File.Copy(file, Path.Combine(samples, Path.GetFileName(file)));
    }

    private static IEnumerable<string> Commands =>
        Blocks("sh").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commands_InOrder_DoWhatTheReadmeShows()
    {
        var commands = Commands.Where(NeedsNoHost).ToList();
        var outputs = new List<string>();
        foreach (var command in commands)
        {
            var result = await CommandProcess.RunAsync(_folder.Path, command[(Run.Length + 4)..].Split(' '));
            Assert.True(result.ExitCode == 0, $"{command}: {result}");
            outputs.Add(result.Output);
        }

        Assert.Equal(commands.Distinct().Count(), commands.Count);
        Assert.InRange(commands.Count, 3, int.MaxValue);
        var shown = Blocks("text").First();
        Assert.Equal(WithoutDuration(shown), WithoutDuration(outputs[0]));
        foreach (var line in Blocks("text").ElementAt(1).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Contains(line, await File.ReadAllLinesAsync(Path.Combine(_folder.Path, "out", "orders", "rejects.csv")));
    }

    [CurlFact]
    public async Task Requests_InOrder_Succeed()
    {
        Assert.Contains(Run, Commands);
        using var host = CommandProcess.Start(_folder.Path, "--port", "0");
        await Eventually.TrueAsync(() => HostAddress.Find(Path.Combine(_folder.Path, ".serverless")) is not null);
        var address = HostAddress.Find(Path.Combine(_folder.Path, ".serverless"))!;

        var id = "";
        var requests = Commands.Where(
            command => command.StartsWith("curl ", StringComparison.Ordinal)
                || (command.StartsWith($"{Run} -- ", StringComparison.Ordinal) && !NeedsNoHost(command))).ToList();
        foreach (var request in requests)
        {
            var command = request
                .Replace("http://127.0.0.1:7071/", address.ToString(), StringComparison.Ordinal)
                .Replace(
                    $"{Run} --", $"'{Environment.ProcessPath}' '{Path.Combine(AppContext.BaseDirectory, "Serverless.Local.dll")}'",
                    StringComparison.Ordinal);
            var answer = await ShellAsync(command, id, request.EndsWith(ExitCode1, StringComparison.Ordinal) ? 1 : 0);
            if (request.StartsWith(Run, StringComparison.Ordinal) || request.Contains("DELETE", StringComparison.Ordinal)) continue;
            using var json = JsonDocument.Parse(answer);
            Assert.False(json.RootElement.TryGetProperty("errors", out _), answer);
            if (json.RootElement.TryGetProperty("id", out var given)) id = given.GetString()!;
        }

        Assert.InRange(requests.Count, 30, int.MaxValue);
        host.Interrupt();
        Assert.Equal(0, (await host.WaitAsync()).ExitCode);
    }

    [Fact]
    public void Example_IsTheSource() =>
        Assert.EndsWith(
            Blocks("csharp")
                .Single(), File.ReadAllText(
                    Path.Combine(Repository.Root, "functions", "Examples", "FolderSize.cs")), StringComparison.Ordinal);

    public static TheoryData<string> Documents =>
    [
        .. new[] { "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md" },
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Repository.Root, f)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_ToFiles_LeadSomewhere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        Assert.All(
            RelativeLink()
                .Matches(Read(document)), link => Assert.True(Path.Exists(Path.Combine(folder, link.Groups[1].Value)), link.Value));
    }

    [Fact]
    public void Readme_IsShort() => Assert.InRange(Read("README.md").Split('\n').Length, 1, 150);

    private static string Read(string document) => File.ReadAllText(Path.Combine(Repository.Root, document));

    private static IEnumerable<string> Blocks(string language) =>
        FencedBlock().Matches(Text).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value);

    // The others talk to a host.
    private static bool NeedsNoHost(string command) =>
        command.StartsWith($"{Run} -- process ", StringComparison.Ordinal)
            || command.StartsWith($"{Run} -- status", StringComparison.Ordinal);

    // How long it took, and whether it took long enough to show progress, is the machine's matter; the report says it, too, in more or
    // fewer characters.
    private static string WithoutDuration(string text) =>
        ReportSize().Replace(Progress().Replace(Duration().Replace(text, "in some time"), ""), "report.html").Trim();

    private async Task<string> ShellAsync(string command, string id, int exitCode)
    {
        var start = new ProcessStartInfo("sh", ["-c", command])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            Environment = { ["ID"] = id },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == exitCode, $"{command}: exit code {process.ExitCode}. {output}");
        return output;
    }

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FencedBlock();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"^ +\d+ %  .*\n", RegexOptions.Multiline)]
    private static partial Regex Progress();

    [GeneratedRegex(@"report\.html +\d+\.\d kB")]
    private static partial Regex ReportSize();

    [GeneratedRegex(@"in \d+\.\d s")]
    private static partial Regex Duration();
}
