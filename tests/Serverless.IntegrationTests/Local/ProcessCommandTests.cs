using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Serverless.Csv.Summary;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Local.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>The <c>process</c> and <c>status</c> commands on a real host with a real Azurite, as processes.</summary>
public sealed class ProcessCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Process_Sample_WritesResultsOnce()
    {
        var sample = Path.Combine(Repository.Root, "local", "samples", "orders.csv");

        var first = await CommandProcess.RunAsync(_folder.Path, "process", sample);

        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.Contains("orders.csv: 5,000 records, 4,917 accepted, 83 rejected (1.66 %)", first.Output, StringComparison.Ordinal);
        Assert.Contains("constraint-error  country", first.Output, StringComparison.Ordinal);
        var summary = JobSummary.FromJson(await File.ReadAllBytesAsync(Result("orders", "summary.json")));
        Assert.Equal((5_000, 4_917, 83), (summary.Rows, summary.Accepted, summary.Rejected));
        Assert.StartsWith("order_id,customer_id,", await File.ReadAllTextAsync(Result("orders", "clean.csv")), StringComparison.Ordinal);
        Assert.Equal(84, (await File.ReadAllLinesAsync(Result("orders", "rejects.csv"))).Length);

        var again = await CommandProcess.RunAsync(_folder.Path, "process", sample);

        Assert.Equal(0, again.ExitCode);
        Assert.Contains("Done before: job csv-", again.Output, StringComparison.Ordinal);

        var status = await CommandProcess.RunAsync(_folder.Path, "status", "--json");
        using var jobs = JsonDocument.Parse(status.Output);
        var job = Assert.Single(jobs.RootElement.EnumerateArray());
        Assert.Equal("Completed", job.GetProperty("status").GetString());

        var one = await CommandProcess.RunAsync(_folder.Path, "status", job.GetProperty("id").GetString()!);
        Assert.Contains("4,917", one.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await CommandProcess.RunAsync(_folder.Path, "status", "csv-unknown")).ExitCode);
    }

    [Fact]
    public async Task Process_FolderAndPatternWithJson_ShowsWhatCameOfEachFileAndNothingElse()
    {
        Directory.CreateDirectory(InFolder("data"));
        await File.WriteAllTextAsync(InFolder("data/b.csv"), "id,name\n1,a\n");
        await File.WriteAllTextAsync(InFolder("data/a.tsv"), "id\tname\n1\ta\n2\tb\n");
        await File.WriteAllTextAsync(InFolder("data/notes.md"), "no table");
        await File.WriteAllTextAsync(InFolder("x1.csv"), "id\n1\n");
        await File.WriteAllTextAsync(InFolder("y1.csv"), "id\n1\n");

        var run = await CommandProcess.RunAsync(_folder.Path, "process", "data", "x*.csv", "--json");

        Assert.True(run.ExitCode == 0, run.ToString());
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(
            ["a.tsv Completed 2", "b.csv Completed 1", "x1.csv Completed 1"],
            json.RootElement.EnumerateArray().Select(
                f => $"{f.GetProperty("file").GetString()} {f.GetProperty("status").GetString()} {f.GetProperty("accepted").GetInt64()}"));
        Assert.All(
            json.RootElement.EnumerateArray().SelectMany(f => f.GetProperty("results").EnumerateArray()),
            r => Assert.True(File.Exists(InFolder(r.GetString()!)), r.GetString()));

        var none = await CommandProcess.RunAsync(_folder.Path, "process", "z*.csv");
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("z*.csv holds no file.", none.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_FolderTogether_IsOneJobWithOneResult()
    {
        Directory.CreateDirectory(InFolder("days"));
        await File.WriteAllTextAsync(InFolder("days/1.csv"), "id,name\n1,a\nx,b\n");
        await File.WriteAllTextAsync(InFolder("days/2.csv"), "id,name\n2,c\n");
        await File.WriteAllTextAsync(InFolder("days.schema.json"), """{"fields":[{"name":"id","type":"integer"},{"name":"name"}]}""");

        var first = await CommandProcess.RunAsync(_folder.Path, "process", "days", "--together");

        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.Contains("2 files of days: 3 records, 2 accepted, 1 rejected", first.Output, StringComparison.Ordinal);
        Assert.Contains("1.csv:3", first.Output, StringComparison.Ordinal);
        Assert.Equal("id,name\n1,a\n2,c\n", await File.ReadAllTextAsync(Result("days", "clean.csv")));

        var again = await CommandProcess.RunAsync(_folder.Path, "process", "days", "--together");

        Assert.Contains("Done before: job csv-", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_AnotherFormat_LeavesNothingOfTheRunBefore()
    {
        await File.WriteAllTextAsync(InFolder("a.csv"), "id,name\n1,a\nx,b\n");
        await File.WriteAllTextAsync(InFolder("a.schema.json"), """{"fields":[{"name":"id","type":"integer"},{"name":"name"}]}""");
        Directory.CreateDirectory(InFolder("results"));
        await File.WriteAllTextAsync(InFolder("results/clean.csv.bak"), "mine");
        var first = await CommandProcess.RunAsync(_folder.Path, "process", "a.csv", "--out", "results");
        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.Contains("a.csv: 2 records, 1 accepted, 1 rejected (50 %), in", first.Output, StringComparison.Ordinal);

        var second = await CommandProcess.RunAsync(
            _folder.Path, "process", "a.csv", "--out", "results", "--output", "jsonl", "--skip-rows", "1", "--header", "false");

        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.Contains("1 line above the table or between records skipped", second.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(InFolder("results/clean.jsonl")));
        Assert.False(File.Exists(InFolder("results/clean.csv")));

        var packed = await CommandProcess.RunAsync(
            _folder.Path, "process", "a.csv", "--out", "results", "--compress", "gzip", "--output", "csv");

        Assert.True(packed.ExitCode == 0, packed.ToString());
        await using var file = new GZipStream(File.OpenRead(InFolder("results/clean.csv.gz")), CompressionMode.Decompress);
        Assert.Equal("id,name\n1,a\n", await new StreamReader(file).ReadToEndAsync());
        Assert.False(File.Exists(InFolder("results/clean.jsonl")));
        Assert.True(File.Exists(InFolder("results/clean.csv.bak")));
    }

    [Fact]
    public async Task Process_DataPackage_RunsEachResourceWithItsDialectAndSchema()
    {
        Directory.CreateDirectory(InFolder("data"));
        await File.WriteAllTextAsync(InFolder("data/a.csv"), "x;y\n1;'a;b'\n2;NULL\n");
        await File.WriteAllTextAsync(InFolder("b.txt"), "// a comment\nday\n31/12/2025\n2025-12-31\n");
        await File.WriteAllTextAsync(InFolder("b.json"), """{"fields":[{"name":"day","type":"date","format":"%d/%m/%Y"}]}""");
        await File.WriteAllTextAsync(InFolder("datapackage.json"), """
            {"name": "both", "resources": [
              {"name": "a", "path": "data/a.csv", "dialect": {"delimiter": ";", "quoteChar": "'", "nullSequence": "NULL", "lineTerminator": "\n"},
               "schema": {"fields": [{"name": "x", "type": "integer"}, {"name": "y", "missingValues": [""]}]}},
              {"name": "b", "path": ["b.txt"], "encoding": "utf-8", "dialect": {"commentChar": "//"}, "schema": "b.json"}]}
            """);

        var result = await CommandProcess.RunAsync(_folder.Path, "process", "datapackage.json");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("x,y\n1,a;b\n2,\n", await File.ReadAllTextAsync(InFolder("out/both/a/clean.csv")));
        Assert.Equal("day\n2025-12-31\n", await File.ReadAllTextAsync(InFolder("out/both/b/clean.csv")));
        Assert.Contains("b.txt: 2 records, 1 accepted, 1 rejected (50 %)", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_TheCaseOfADataPackage_ReadsItsEncodingAndSchemas()
    {
        var package = Path.Combine(Repository.Root, "tests", "data", "cases", "datapackage", "datapackage.json");

        var result = await CommandProcess.RunAsync(_folder.Path, "process", package, "--out", "results");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.StartsWith("id,d\n0,2025-01-01\n1,2025-01-04\n", await File.ReadAllTextAsync(InFolder("results/dates/clean.csv")));
        Assert.StartsWith(
            "Buchungstag,Wertstellung,Empfänger,Verwendungszweck,Betrag,Währung,Saldo\n" +
            "2025-01-01,2025-01-01,Müller & Söhne,\"Rechnung \"\"0\"\"; danke\",-795.55,EUR,9204.45\n",
            await File.ReadAllTextAsync(InFolder("results/bank/clean.csv")));
    }

    [Fact]
    public async Task Process_HeaderDoesNotFit_SaysSoWithoutAStackTrace()
    {
        await File.WriteAllTextAsync(InFolder("a.csv"), "id,nom\n1,a\n");
        await File.WriteAllTextAsync(InFolder("a.schema.json"), """{"fields":[{"name":"id"},{"name":"name"}]}""");

        var result = await CommandProcess.RunAsync(_folder.Path, "process", "a.csv");

        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("expected the label \"name\", found \"nom\"", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_TooManyRejects_ExitsWith1()
    {
        await File.WriteAllTextAsync(InFolder("bad.csv"), "id,name\n1,a\nx,b\ny,c\n");
        await File.WriteAllTextAsync(
            InFolder("id.json"), """{"fields":[{"name":"id","type":"integer"},{"name":"name","type":"string"}]}""");

        var result = await CommandProcess.RunAsync(
            _folder.Path, "process", "bad.csv", "--schema", "id.json", "--max-rejected-ratio", "0.1", "--out", "results");

        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("ended as Failed", result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(InFolder("results/clean.csv")));
    }

    [Fact]
    public async Task Process_SchemaWithFaults_ExitsWith2AndNamesThem()
    {
        await File.WriteAllTextAsync(InFolder("a.csv"), "id\n1\n");
        await File.WriteAllTextAsync(InFolder("a.schema.json"), """{"fields":[{"name":"id","type":"whole"}]}""");

        var result = await CommandProcess.RunAsync(_folder.Path, "process", "a.csv");

        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains("whole", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_FilesOfOtherKinds_AreReadOrRefusedInOneSentence()
    {
        File.Copy(Cases.Input("zip-of-two"), InFolder("two.zip"));
        File.Copy(Cases.Input("not-text-xlsx"), InFolder("sheet.xlsx"));

        var two = await CommandProcess.RunAsync(_folder.Path, "process", "two.zip");
        Assert.True(two.ExitCode == 1, two.ToString());
        var sentence = Assert.Single(two.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(
            "The zip archive holds 2 files, in.csv, in2.csv: say which one to read with the option member (on the command line " +
            "--member NAME).", sentence, StringComparison.Ordinal);
        Assert.False(File.Exists(Result("two", "clean.csv")));

        var one = await CommandProcess.RunAsync(_folder.Path, "process", "two.zip", "--member", "in2.csv");
        Assert.True(one.ExitCode == 0, one.ToString());
        Assert.Equal("a,b\n1,2\n3,4\n", await File.ReadAllTextAsync(Result("two", "clean.csv")));

        var sheet = await CommandProcess.RunAsync(_folder.Path, "process", "sheet.xlsx", "--sheet", "S");
        Assert.True(sheet.ExitCode == 0, sheet.ToString());
        Assert.Contains("The first line was taken for a record", sheet.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_KilledAtWork_IsTakenUpByTheSameCommand()
    {
        var rows = WriteLongFile("long.csv");
        string[] command = ["process", "long.csv", "--chunk-bytes", "65536", "--max-parallel", "2"];
        using (var killed = CommandProcess.Start(_folder.Path, command))
        {
            await AtWorkAsync(killed);
            killed.Kill();
        }

        var result = await CommandProcess.RunAsync(_folder.Path, command);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("Taking up: job csv-", result.Output, StringComparison.Ordinal);
        var expected = Encoding.UTF8.GetBytes(await File.ReadAllTextAsync(InFolder("long.csv")));
        Assert.Equal(expected, await File.ReadAllBytesAsync(Result("long", "clean.csv")));
        Assert.Equal(rows, JobSummary.FromJson(await File.ReadAllBytesAsync(Result("long", "summary.json"))).Rows);
    }

    [Fact]
    public async Task Process_Interrupted_CancelsTheJobAndExitsWith130()
    {
        WriteLongFile("long.csv");
        using var process = CommandProcess.Start(_folder.Path, "process", "long.csv", "--chunk-bytes", "65536", "--max-parallel", "1");
        await AtWorkAsync(process);

        process.Interrupt();
        var result = await process.WaitAsync();

        Assert.True(result.ExitCode == 130, result.ToString());
        Assert.False(Directory.Exists(InFolder("out")));
        Assert.Contains("Cancelled", (await CommandProcess.RunAsync(_folder.Path, "status")).Output, StringComparison.Ordinal);
    }

    private string InFolder(string name) => Path.Combine(_folder.Path, name);

    private string Result(string name, string file) => Path.Combine(_folder.Path, "out", name, file);

    private int WriteLongFile(string name)
    {
        const int rows = 400_000;
        using var writer = new StreamWriter(InFolder(name));
        writer.Write("id,square,note\n");
        for (var id = 1L; id <= rows; id++)
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{id},{id * id},\"note, {id % 7}\"\n"));
        return rows;
    }

    /// <summary>Waits until the job of this process has finished some chunk, and not all.</summary>
    private async Task AtWorkAsync(CommandProcess process)
    {
        CsvApi? api = null;
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                Assert.False(process.HasExited);
                if (api is null && HostAddress.Find(InFolder(".serverless")) is { } address) api = new CsvApi(address);
                return api is not null && (await api.ListAsync(1, CancellationToken.None)) is [{ Progress: { Current: > 0 } progress }]
                    && progress.Current < progress.Total;
            });
        }
        finally
        {
            api?.Dispose();
        }
    }
}
