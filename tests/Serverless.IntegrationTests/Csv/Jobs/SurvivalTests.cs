using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Inputs at the edges of what a CSV file can be.</summary>
[Collection(AzuriteTests.Name)]
public sealed class SurvivalTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private CsvHost _host = null!;

    public async Task InitializeAsync() => _host = await CsvHost.StartAsync(azurite, settings: new() { ["Csv:RangesPerFold"] = "16" });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("empty", "", 0, 0)]
    [InlineData("header-only", "id,name", 0, 0)]
    [InlineData("no-final-newline", "id,name\n1,Ann", 1, 0)]
    [InlineData("cr", "id,name\r1,Ann\r2,Bob\r", 2, 0)]
    [InlineData("mixed", "id,name\r\n1,Ann\n2,Bob\r3,Eve", 3, 0)]
    [InlineData("bom", "\uFEFFid,name\n1,Ann\n", 1, 0)]
    [InlineData("blank-rows", "id,name\n\n1,Ann\n\n", 1, 2)]
    [InlineData("ragged", "id,name\n1\n2,Bob\n3,Eve,x\n", 1, 2)]
    [InlineData("headers", "a,,a\n1,2,3\n", 1, 0)]
    [InlineData("nul", "id,name\n1,A\0n\n", 1, 0)]
    [InlineData("unclosed", "id,name\n1,Ann\n2,\"Bob\n3,Eve\n", 2, 1)]
    [InlineData("semicolon", "id;name\n1;Ann\n2;Bob\n", 2, 0)]
    [InlineData("tab", "id\tname\n1\tAnn\n2\tBob\n", 2, 0)]
    [InlineData("pipe", "id|name\n1|Ann\n2|Bob\n", 2, 0)]
    public async Task OddFile_IsCleanedOrRejected_NothingIsLost(string name, string text, int accepted, int rejected)
    {
        var status = await _host.RunAsync($"odd/{name}.csv", Encoding.UTF8.GetBytes(text));

        Assert.Equal((CsvJobState.Completed, null), (status.State, status.Error));
        Assert.Equal((accepted + rejected, accepted, rejected), (status.Total, status.Accepted, status.Rejected));
        Assert.Equal(rejected, Records(await _host.ReadAsync(status, "rejects.csv")) - 1);
    }

    [Fact]
    public async Task TenMegabyteField_PassesThrough()
    {
        var field = new string('x', 10 << 20);
        var status = await _host.RunAsync(
            "odd/large-field.csv", Encoding.UTF8.GetBytes($"id,text\n1,\"{field}\n\"\n2,b\n"), new JsonObject { ["chunkBytes"] = 1 << 20 });

        Assert.Equal((CsvJobState.Completed, 2L), (status.State, status.Accepted));
        Assert.Equal($"id,text\n1,\"{field}\n\"\n2,b\n", await _host.ReadAsync(status, "clean.csv"));
    }

    [Fact]
    public async Task TwoThousandColumns_PassThrough()
    {
        var text = string.Join(',', Enumerable.Range(1, 2_000).Select(i => $"column{i}")) + "\n"
            + string.Concat(Enumerable.Range(1, 20).Select(r => string.Join(',', Enumerable.Range(1, 2_000).Select(i => i * r)) + "\n"));
        var status = await _host.RunAsync("odd/wide.csv", Encoding.UTF8.GetBytes(text), new JsonObject { ["chunkBytes"] = 64 << 10 });

        Assert.Equal((CsvJobState.Completed, 20L), (status.State, status.Accepted));
        Assert.Equal(text, await _host.ReadAsync(status, "clean.csv"));
    }

    [Fact]
    public async Task ManyRanges_HistoryStartsAnew_AndNothingIsLost()
    {
        var text = "id,name\n" + string.Concat(Enumerable.Range(1, 400).Select(i => i % 50 == 0 ? $"x{i},\n" : $"{i},n\n"));
        var schema = JsonNode.Parse("""{"fields": [{"name": "id", "type": "integer"}, {"name": "name"}]}""");
        var status = await _host.RunAsync(
            "odd/many.csv", Encoding.UTF8.GetBytes(text), new JsonObject { ["chunkBytes"] = 20, ["schema"] = schema });

        Assert.Equal((CsvJobState.Completed, 400L), (status.State, status.Total));
        Assert.True(status.Progress!.Total > 80, $"{status.Progress}");
        var rejects = (await _host.ReadAsync(status, "rejects.csv")).Split('\n')[1..^1];
        Assert.Equal(
            Enumerable.Range(1, 8).Select(i => $"{i * 50},{(i * 50) + 1}"), rejects.Select(r => string.Join(',', r.Split(',')[..2])));
    }

    [Theory]
    [InlineData("{\"fields\": [{\"name\": \"id\", \"type\": \"integer\"}, {\"name\": \"nom\"}]}", "incorrect-label")]
    [InlineData("{\"fields\": [{\"name\": \"id\", \"type\": \"integer\"}]}", "extra-label")]
    public async Task HeaderThatDoesNotFitTheSchema_FailsTheJob(string schema, string code)
    {
        var status = await _host.RunAsync(
            "odd/header.csv", "id,name\n1,Ann\n"u8.ToArray(), new JsonObject { ["schema"] = JsonNode.Parse(schema) });

        Assert.Equal(CsvJobState.Failed, status.State);
        Assert.Contains(code, status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SchemaBesideTheFile_IsUsed()
    {
        await _host.UploadAsync(
            "odd/beside.schema.json", Encoding.UTF8.GetBytes(
                "{\"fields\": [{\"name\": \"id\", \"type\": \"integer\", \"constraints\": {\"maximum\": 1}}]}"));
        var status = await _host.RunAsync("odd/beside.csv", "id\n1\n2\n"u8.ToArray());

        Assert.Equal((CsvJobState.Completed, 1L, 1L), (status.State, status.Accepted, status.Rejected));
    }

    private static int Records(string csv)
    {
        var quoted = false;
        var records = 0;
        foreach (var c in csv)
        {
            if (c == '"') quoted = !quoted;
            else if (c == '\n' && !quoted) records++;
        }

        return records;
    }
}
