using System.Text.Json;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

public sealed class MendCommandTests : IDisposable
{
    private const string Bad = "196,203,country,constraint-error,";

    private readonly TemporaryFolder _folder = new();

    public MendCommandTests()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "local", "samples")))
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Mend_CorrectedList_GoesToItsPlaceAndComesBack()
    {
        var process = await CommandProcess.RunAsync(_folder.Path, "process", "orders.csv");
        Assert.True(process.ExitCode == 0, $"{process}");
        var rejects = Path.Combine(_folder.Path, "out", "orders", "rejects.csv");
        var before = await File.ReadAllTextAsync(rejects);
        Assert.Contains(Bad, before, StringComparison.Ordinal);
        await File.WriteAllTextAsync(rejects, before.Replace(",paid,Sweden,", ",paid,SE,", StringComparison.Ordinal));
        var status = await CommandProcess.RunAsync(_folder.Path, "status", "--json");
        var id = JsonDocument.Parse(status.Output).RootElement[0].GetProperty("id").GetString()!;

        var mend = await CommandProcess.RunAsync(
            _folder.Path, "mend", id, rejects, "--out", Path.Combine("out", "mended"), "--by", "Ann", "--json");

        Assert.True(mend.ExitCode == 0, $"{mend}");
        var round = JsonDocument.Parse(mend.Output[mend.Output.IndexOf('{', StringComparison.Ordinal)..]).RootElement;
        var mended = round.GetProperty("accepted").GetInt32();
        Assert.Equal((before.Split(",paid,Sweden,").Length - 1, "Ann"), (mended, round.GetProperty("by").GetString()));
        var clean = await File.ReadAllLinesAsync(Path.Combine(_folder.Path, "out", "mended", "clean.csv"));
        var first = await File.ReadAllLinesAsync(Path.Combine(_folder.Path, "out", "orders", "clean.csv"));
        Assert.Equal(first.Length + mended, clean.Length);
        Assert.Equal(first, clean.Where(l => !l.Contains(",paid,SE,1,9.00,9.00,SEK,", StringComparison.Ordinal) || first.Contains(l)));
        var place = Array.FindIndex(clean, l => l.StartsWith("10000196,", StringComparison.Ordinal));
        Assert.StartsWith("10000197,", clean[place + 1], StringComparison.Ordinal);
        Assert.DoesNotContain(
            Bad, await File.ReadAllTextAsync(Path.Combine(_folder.Path, "out", "mended", "rejects.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mend_Fault_ExitsWith2()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "list.csv"), "row,raw\n1,\"a\"\n");

        var missing = await CommandProcess.RunAsync(_folder.Path, "mend", "nobody", "none.csv");
        var unknown = await CommandProcess.RunAsync(_folder.Path, "mend", "nobody", "list.csv");

        Assert.Equal((2, 2), (missing.ExitCode, unknown.ExitCode));
        Assert.Contains("There is no file none.csv.", missing.Errors, StringComparison.Ordinal);
        Assert.Contains("There is no CSV job 'nobody'", unknown.Errors, StringComparison.Ordinal);
    }
}
