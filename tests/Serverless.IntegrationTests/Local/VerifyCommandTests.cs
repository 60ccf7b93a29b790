using System.Text.Json;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public VerifyCommandTests()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "local", "samples")))
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Verify_ChangedResultOrInput_ExitsWith1AndSaysWhere()
    {
        var process = await CommandProcess.RunAsync(_folder.Path, "process", "orders.csv", "--proof", "sha256");
        Assert.True(process.ExitCode == 0, $"{process}");
        var results = Path.Combine("out", "orders");
        var status = await CommandProcess.RunAsync(_folder.Path, "status", "--json");
        var id = JsonDocument.Parse(status.Output).RootElement[0].GetProperty("id").GetString()!;

        var folder = await CommandProcess.RunAsync(_folder.Path, "verify", results, "--input", "orders.csv");
        var job = await CommandProcess.RunAsync(_folder.Path, "verify", id, "--json");
        await FlipAsync(Path.Combine(results, "clean.csv"), 500);
        await FlipAsync("orders.csv", 700);
        var changed = await CommandProcess.RunAsync(_folder.Path, "verify", results, "--input", "orders.csv", "--json");
        var shown = await CommandProcess.RunAsync(_folder.Path, "verify", results);

        Assert.True(folder.ExitCode == 0, $"{folder}");
        Assert.Contains("5 results and the input are as the job wrote and read them (SHA-256).", folder.Output, StringComparison.Ordinal);
        Assert.True(job.ExitCode == 0, $"{job}");
        Assert.True(Json(job).GetProperty("isInputChecked").GetBoolean());
        Assert.Equal((1, 1), (changed.ExitCode, shown.ExitCode));
        Assert.Equal(
            ["clean.csv", "orders.csv"],
            Json(changed).GetProperty("differences").EnumerateArray().Select(d => d.GetProperty("file").GetString()));
        Assert.Contains("block 2 differs", shown.Output, StringComparison.Ordinal);
        Assert.Contains("--input FILE", shown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_PartitionedResults_KnowsEachFile_AndTheNextRunLeavesNone()
    {
        var process = await CommandProcess.RunAsync(_folder.Path, "process", "orders.csv", "--partition-by", "country");
        Assert.True(process.ExitCode == 0, $"{process}");
        var results = Path.Combine("out", "orders");
        var partitions = Path.Combine(_folder.Path, results, "clean");
        var files = Directory.GetFiles(partitions, "records.csv", SearchOption.AllDirectories);
        Assert.All(files, f => Assert.StartsWith("country=", Path.GetFileName(Path.GetDirectoryName(f)!), StringComparison.Ordinal));
        Assert.True(files.Length > 4, $"{files.Length} files");
        var status = await CommandProcess.RunAsync(_folder.Path, "status", "--json");
        var id = JsonDocument.Parse(status.Output).RootElement[0].GetProperty("id").GetString()!;

        var folder = await CommandProcess.RunAsync(_folder.Path, "verify", results, "--input", "orders.csv");
        var job = await CommandProcess.RunAsync(_folder.Path, "verify", id);
        var flipped = Path.GetRelativePath(_folder.Path, files[0]);
        await FlipAsync(flipped, 200);
        var changed = await CommandProcess.RunAsync(_folder.Path, "verify", results, "--json");
        var again = await CommandProcess.RunAsync(_folder.Path, "process", "orders.csv");

        Assert.True(folder.ExitCode == 0, $"{folder}");
        Assert.Contains($"{4 + files.Length} results and the input", folder.Output, StringComparison.Ordinal);
        Assert.True(job.ExitCode == 0, $"{job}");
        Assert.Equal(
            Path.GetRelativePath(results, flipped).Replace('\\', '/'),
            Assert.Single(Json(changed).GetProperty("differences").EnumerateArray()).GetProperty("file").GetString());
        Assert.True(again.ExitCode == 0, $"{again}");
        Assert.False(Directory.Exists(partitions));
    }

    [Fact]
    public async Task Verify_JobOfAFolder_NamesEachFileThatIsNotAsItWas()
    {
        var days = Path.Combine(_folder.Path, "days");
        Directory.CreateDirectory(Path.Combine(days, "old"));
        for (var day = 1; day <= 5; day++) await WriteAsync(Path.Combine("days", $"{day}.csv"), $"id,note\n{day},a\n{day + 10},b\n");
        await WriteAsync(Path.Combine("days", "old", "0.csv"), "id,note\n0,a\n");
        var process = await CommandProcess.RunAsync(_folder.Path, "process", "days", "--together");
        Assert.True(process.ExitCode == 0, $"{process}");
        var results = Path.Combine("out", "days");
        var status = await CommandProcess.RunAsync(_folder.Path, "status", "--json");
        var id = JsonDocument.Parse(status.Output).RootElement[0].GetProperty("id").GetString()!;

        var folder = await CommandProcess.RunAsync(_folder.Path, "verify", results, "--input", "days");
        var pattern = await CommandProcess.RunAsync(_folder.Path, "verify", results, "--input", Path.Combine("days", "*.csv"));
        string[] each = [.. Enumerable.Range(1, 5).Select(day => Path.Combine("days", $"{day}.csv"))];
        var files = await CommandProcess.RunAsync(_folder.Path, ["verify", results, "--input", .. each]);
        var job = await CommandProcess.RunAsync(_folder.Path, "verify", id);
        await FlipAsync(Path.Combine("days", "2.csv"), 8);
        File.Delete(Path.Combine(days, "4.csv"));
        await WriteAsync(Path.Combine("days", "6.csv"), "id,note\n6,a\n");
        var changed = await CommandProcess.RunAsync(_folder.Path, "verify", results, "--input", "days", "--json");
        var others = await CommandProcess.RunAsync(_folder.Path, "verify", id, "--input", Path.Combine("days", "2.csv"));

        Assert.All(
            (CommandResult[])[folder, pattern, files, job], r => Assert.True(
                r.ExitCode == 0 && r.Output.Contains("5 results and 5 files of input are as", StringComparison.Ordinal), $"{r}"));
        Assert.Equal((1, 1), (changed.ExitCode, others.ExitCode));
        Assert.Equal(
            [
                $"{Path.Combine("days", "2.csv")} 8-17 is in neither output as it stands here (records 3 to 4)",
                $"{Path.Combine("days", "4.csv")} 0-17 is missing (records 7 to 8)",
                $"{Path.Combine("days", "6.csv")} 0-0 is none of the job's input files",
            ],
            Json(changed).GetProperty("differences").EnumerateArray().Select(d =>
                $"{d.GetProperty("file")} {d.GetProperty("start")}-{d.GetProperty("end")} {d.GetProperty("message")}"));
        Assert.Contains("4.csv", others.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ManyFilesForAJobOfOne_IsRefused()
    {
        var process = await CommandProcess.RunAsync(_folder.Path, "process", "orders.csv");
        Assert.True(process.ExitCode == 0, $"{process}");
        await WriteAsync("other.csv", "id\n1\n");
        var results = Path.Combine("out", "orders");

        var many = await CommandProcess.RunAsync(_folder.Path, "verify", results, "--input", ".");
        var stray = await CommandProcess.RunAsync(_folder.Path, "verify", results, "orders.csv");

        Assert.Equal((2, 2), (many.ExitCode, stray.ExitCode));
        Assert.Contains("The job cleaned one file", many.Errors, StringComparison.Ordinal);
        Assert.Contains("'orders.csv' is one argument too many", stray.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WhatIsNoJob_ExitsWith2()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "empty"));

        var empty = await CommandProcess.RunAsync(_folder.Path, "verify", "empty");
        var unknown = await CommandProcess.RunAsync(_folder.Path, "verify", "nobody");

        Assert.Equal((2, 2), (empty.ExitCode, unknown.ExitCode));
        Assert.Contains("empty has no summary.json", empty.Errors, StringComparison.Ordinal);
        Assert.Contains("no CSV job has this id", unknown.Errors, StringComparison.Ordinal);
    }

    private static JsonElement Json(CommandResult result) =>
        JsonDocument.Parse(result.Output[result.Output.IndexOf('{', StringComparison.Ordinal)..]).RootElement;

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder.Path, name), text);

    private async Task FlipAsync(string name, int at)
    {
        var path = Path.Combine(_folder.Path, name);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
    }
}
