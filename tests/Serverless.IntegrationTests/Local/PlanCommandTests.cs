using System.Text.Json;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

public sealed class PlanCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PlanCommandTests()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "local", "samples")))
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Plan_NewFile_SaysWhatItWillTakeAndLeavesNoTrace()
    {
        var plan = await PlanAsync("orders.csv");

        Assert.Equal(
            (5_000, 83, 12),
            (plan.GetProperty("records").GetInt32(), plan.GetProperty("rejected").GetInt32(), plan.GetProperty("columns").GetInt32()));
        Assert.Equal(1, plan.GetProperty("forecast").GetProperty("ranges").GetInt32());
        Assert.True(plan.GetProperty("seconds").GetDouble() > 0);
        Assert.True(plan.GetProperty("azureUsd").GetDecimal() > 0);
        Assert.False(plan.GetProperty("isMeasured").GetBoolean());
        Assert.Equal(0, plan.GetProperty("earlier").GetArrayLength());
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, ".serverless")));
    }

    [Fact]
    public async Task Plan_AfterTheJob_StandsBesideWhatItTook()
    {
        var process = await CommandProcess.RunAsync(_folder.Path, "process", "orders.csv");
        Assert.True(process.ExitCode == 0, $"{process}");

        var earlier = Assert.Single((await PlanAsync("orders.csv")).GetProperty("earlier").EnumerateArray());
        var shown = await CommandProcess.RunAsync(_folder.Path, "plan", "orders.csv");

        Assert.Equal((5_000, 83), (earlier.GetProperty("records").GetInt32(), earlier.GetProperty("rejected").GetInt32()));
        Assert.True(earlier.GetProperty("seconds").GetDouble() > 0);
        Assert.Matches("Planned +Took 20", shown.Output);
        Assert.Contains("No job like it was measured yet", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_Mailing_CountsBatches()
    {
        var plan = await PlanAsync("--recipients", "12345");

        Assert.Equal(
            (100, 124, 248),
            (plan.GetProperty("batchSize").GetInt32(), plan.GetProperty("batches").GetInt32(), plan.GetProperty("messages").GetInt32()));
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("seconds").ValueKind);
    }

    [Theory]
    [InlineData("Give a FILE, or --recipients N.")]
    [InlineData("Give a FILE, or --recipients N.", "orders.csv", "--recipients", "5")]
    [InlineData("There is no file none.csv.", "none.csv")]
    [InlineData("--output must be one of csv, jsonl, parquet, not 'xml'.", "orders.csv", "--output", "xml")]
    public async Task Plan_Fault_ExitsWith2(string expected, params string[] arguments)
    {
        var result = await CommandProcess.RunAsync(_folder.Path, ["plan", .. arguments]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_FileThatDoesNotFitItsSchema_ExitsWith1AndSaysWhy()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "other.csv"), "a,b\n1,2\n");

        var result = await CommandProcess.RunAsync(_folder.Path, "plan", "other.csv", "--schema", "orders.schema.json");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The header does not fit the schema.", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_FileWithOtherLabels_TakesTheirMap()
    {
        var file = "Order No.,Remark\n" + string.Concat(Enumerable.Repeat("1,a\nx,b\n", 1_000));
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "other.csv"), file);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "other.json"), """{"fields":[{"name":"id","type":"integer"}]}""");

        var plan = await PlanAsync("other.csv", "--schema", "other.json", "--map", "Order No.=id", "--extra-columns", "drop");

        // As many as the header's bytes would hold are added.
        Assert.InRange(plan.GetProperty("records").GetInt32(), 2_000, 2_010);
        Assert.InRange(plan.GetProperty("rejected").GetInt32(), 1_000, 1_005);
    }

    private async Task<JsonElement> PlanAsync(params string[] arguments)
    {
        var result = await CommandProcess.RunAsync(_folder.Path, ["plan", .. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, $"{result}");
        return JsonSerializer.Deserialize<JsonElement>(result.Output);
    }
}
