using Serverless.Local;
using Serverless.Local.Jobs;

namespace Serverless.Tests.Local;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Process_SeveralFaults_ExitsWith2AndNamesAll()
    {
        var result = await CommandProcess.RunAsync(_folder.Path, "process", "none.csv", "--output", "xml", "--max-parallel", "0", "--colour");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("There is no file none.csv.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--output must be one of csv, jsonl, parquet, not 'xml'.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--max-parallel must be a whole number from 1 to 256, not '0'.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("There is no option --colour.", result.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task UnknownCommand_ExitsWith2AndNamesTheOthers()
    {
        var result = await CommandProcess.RunAsync(_folder.Path, "proces");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("There is no command 'proces'. Commands: process, plan, status, ", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "serverless process")]
    [InlineData("process --help", "--max-rejected-ratio R")]
    [InlineData("status -h", "--json")]
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

        using var process = CommandProcess.Start(_folder.Path, new Dictionary<string, string> { ["PATH"] = _folder.Path }, "process", "a.csv");
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
