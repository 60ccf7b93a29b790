using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Serverless.Local;
using Serverless.Local.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Process_SeveralFaults_ExitsWith2AndNamesAll()
    {
        var result = await CommandProcess.RunAsync(
            _folder.Path, "process", "none.csv", "--output", "xml", "--max-parallel", "0", "--colour");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("There is no file none.csv.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--output must be one of csv, jsonl, parquet, not 'xml'.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--max-parallel must be a whole number from 1 to 256, not '0'.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("There is no option --colour.", result.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("process", ".", ". is a folder. Give a file in it, such as ./datapackage.json.")]
    [InlineData("plan", ".", ". is a folder.")]
    [InlineData("process", "a.csv --out a.csv", "Nothing can be written to a.csv:")]
    [InlineData("process", "a.csv --out /proc/results", "Nothing can be written to /proc/results:")]
    [InlineData("process", "a.csv --out a.csv/results", "Give another folder with --out DIR.")]
    [InlineData("process", "a.csv --schema none.json", "There is no file none.json.")]
    [InlineData("process", "a.csv --delimiter ab", "delimiter: Must be 1 to 16 characters")]
    [InlineData("process", "a.csv --delimiter ; --quote ;", "quote: Must differ from the delimiter.")]
    [InlineData("process", "a.csv --header maybe", "header: Must be true, false, or the number of rows")]
    [InlineData("process", "a.csv --double-quote --no-double-quote", "Give --double-quote or --no-double-quote, not both.")]
    [InlineData("process", "a.csv --skip-rows x", "--skip-rows must be a whole number")]
    [InlineData("process", "datapackage.json --schema a.csv", "--schema is for one file")]
    [InlineData("process", "datapackage.json", "bad: path \"../a.csv\" is not a path within the package's folder")]
    public async Task Process_CannotBeDoneAsAsked_ExitsWith2BeforeAnyWork(string command, string arguments, string fault)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "a.csv"), "a\n1\n");
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Path, "datapackage.json"), """{"resources":[{"name":"bad","path":"../a.csv"}]}""");

        var result = await CommandProcess.RunAsync(_folder.Path, [command, .. arguments.Split(' ')]);

        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(fault, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.Equal(
            ["a.csv", "datapackage.json"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Host_BusyPort_ExitsWith2AndSaysSo()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var result = await CommandProcess.RunAsync(_folder.Path, "--port", port);

        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(
            $"Port {port} is in use. Give another with --port, or 0 for one that is free.", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("fail: ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("crit: ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_AnyFailure_ShowsWhereAsWell()
    {
        var result = await CommandProcess.RunAsync(_folder.Path, "process", "none.csv", "--verbose");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("   at Serverless.Local.CommandLine.", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownCommand_ExitsWith2AndNamesTheOthers()
    {
        var result = await CommandProcess.RunAsync(_folder.Path, "proces");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            "There is no command 'proces'. Did you mean 'process'? Commands: process, mend, verify, plan, schema, status, ", result.Errors,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "serverless process")]
    [InlineData("process --help", "--max-rejected-ratio R")]
    [InlineData("status -h", "--json")]
    [InlineData("help status", "--json")]
    [InlineData("help schedules", "serverless schedules pause   Lets")]
    [InlineData("schedules --help", "serverless schedules COMMAND --help")]
    [InlineData("completion bash", "complete -o filenames -F _serverless serverless")]
    [InlineData("completion fish", "complete -c serverless -n '__fish_seen_subcommand_from schedules' -a pause")]
    [InlineData("--version", "Serverless ")]
    public async Task Help_AnyCommand_ExitsWith0(string arguments, string expected)
    {
        var result = await CommandProcess.RunAsync(_folder.Path, arguments.Split(' '));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_FolderInUse_ExitsWith2AndSaysSo()
    {
        var data = Path.Combine(_folder.Path, ".serverless");
        using var held = FolderLock.Take(data);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "a.csv"), "a\n1\n");

        var result = await CommandProcess.RunAsync(_folder.Path, "process", "a.csv");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"Another process works on the data folder {data}", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_NoNode_ExitsWith2AndSaysWhatToDo()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "a.csv"), "a\n1\n");

        using var process = CommandProcess.Start(
            _folder.Path, new Dictionary<string, string> { ["PATH"] = _folder.Path }, "process", "a.csv");
        var result = await process.WaitAsync();

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Install Node.js 20 or newer", result.Errors, StringComparison.Ordinal);
        Assert.Contains("set AzureWebJobsStorage", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void HostAddress_WrittenAndDisposed_IsFoundThenGone()
    {
        using (HostAddress.Write(_folder.Path, new Uri("http://127.0.0.1:7071/")))
        {
            Assert.Equal(new Uri("http://127.0.0.1:7071/"), HostAddress.Find(_folder.Path));
        }

        Assert.Null(HostAddress.Find(_folder.Path));
    }
}
