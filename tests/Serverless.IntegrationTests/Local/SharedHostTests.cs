using System.Text.Json;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>The <c>process</c> command where another process works on the same data folder.</summary>
public sealed class SharedHostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Process_HostAtWork_UsesIt()
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder.Path, ".serverless")).FullName;
        using var host = await HostProcess.StartAsync(data);
        await WriteAsync("a.csv", 10);
        await WriteAsync("b.csv", 20);

        var result = await CommandProcess.RunAsync(_folder.Path, "process", "a.csv", "b.csv");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains($"The host at {host.Http.BaseAddress} does this.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("a.csv: 10 records, 10 accepted", result.Output, StringComparison.Ordinal);
        Assert.Contains("b.csv: 20 records, 20 accepted", result.Output, StringComparison.Ordinal);
        Assert.Equal(21, (await File.ReadAllLinesAsync(Path.Combine(_folder.Path, "out", "b", "clean.csv"))).Length);
    }

    [Fact]
    public async Task Plan_HostAtWork_HasTheSpeedsThatItMeasured()
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder.Path, ".serverless")).FullName;
        using var host = await HostProcess.StartAsync(data);
        await File.WriteAllLinesAsync(
            Path.Combine(_folder.Path, "long.csv"),
            Enumerable.Range(0, 100_000).Select(i => $"{i},{new string('x', 100)}").Prepend("id,text"));
        var before = await PlanAsync();
        var process = await CommandProcess.RunAsync(_folder.Path, "process", "long.csv", "--chunk-bytes", "4194304");
        Assert.True(process.ExitCode == 0, process.ToString());

        var after = await PlanAsync();

        Assert.Equal((false, true), (before.GetProperty("isMeasured").GetBoolean(), after.GetProperty("isMeasured").GetBoolean()));
        Assert.Equal((0, 1), (before.GetProperty("earlier").GetArrayLength(), after.GetProperty("earlier").GetArrayLength()));

        async Task<JsonElement> PlanAsync()
        {
            var plan = await CommandProcess.RunAsync(_folder.Path, "plan", "long.csv", "--chunk-bytes", "4194304", "--json");
            Assert.True(plan.ExitCode == 0, plan.ToString());
            return JsonSerializer.Deserialize<JsonElement>(plan.Output);
        }
    }

    [Fact]
    public async Task Process_TwoAtOnce_BothEnd()
    {
        await WriteAsync("large.csv", 200_000);
        for (var i = 0; i < 5; i++) await WriteAsync($"{i}.csv", 1_000 + i);

        // The host of the one that ends first goes, also in the middle of the other's files.
        using var first = CommandProcess.Start(_folder.Path, "process", "large.csv");
        using var second = CommandProcess.Start(_folder.Path, "process", "0.csv", "1.csv", "2.csv", "3.csv", "4.csv");
        var (one, other) = (await first.WaitAsync(), await second.WaitAsync());

        Assert.True(one.ExitCode == 0, one.ToString());
        Assert.True(other.ExitCode == 0, other.ToString());
        Assert.Equal(200_001, File.ReadLines(Path.Combine(_folder.Path, "out", "large", "clean.csv")).Count());
        for (var i = 0; i < 5; i++)
            Assert.Equal(1_001 + i, File.ReadLines(Path.Combine(_folder.Path, "out", $"{i}", "clean.csv")).Count());
    }

    [Fact]
    public async Task Process_InputStream_IsAFile()
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "Serverless.Local.dll");
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Path, "run.sh"), $"printf 'id\\n1\\n2\\n' | '{Environment.ProcessPath}' '{dll}' process - --out piped");

        using var shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sh", ["run.sh"]) { WorkingDirectory = _folder.Path })!;
        await shell.WaitForExitAsync();

        Assert.Equal(0, shell.ExitCode);
        Assert.Equal("id\n1\n2\n", await File.ReadAllTextAsync(Path.Combine(_folder.Path, "piped", "clean.csv")));
    }

    [Fact]
    public async Task Process_SameStem_IsRefusedBeforeWork()
    {
        await WriteAsync("a.csv", 1);
        await WriteAsync("a.txt", 1);

        var result = await CommandProcess.RunAsync(_folder.Path, "process", "a.csv", "a.txt");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("The results of a.csv and a.txt would go to the same folder.", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, ".serverless")));
    }

    private Task WriteAsync(string name, int records) => File.WriteAllLinesAsync(
        Path.Combine(_folder.Path, name), Enumerable.Range(0, records).Select(i => $"{i},name {i}").Prepend("id,name"));
}
