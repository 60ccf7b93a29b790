using System.Text;
using System.Text.Json.Nodes;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Whole jobs of what people send in: packed, no text, in other encodings, with headers that look like none.</summary>
[Collection(AzuriteTests.Name)]
public sealed class InputCaseTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private CsvHost _host = null!;

    public async Task InitializeAsync() => _host = await CsvHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("bom-twice", "id,name\n1,x\n")]
    [InlineData("encoding-windows-1252", "id,name\n1,“Åsa”\n2,5 €\n")]
    [InlineData("header-is-the-schemas", "country,2019,2020\nSE,1,2\nNO,3,4\n")]
    [InlineData("one-bad-byte-small", "id,name\n1,é\n3,ok\n")]
    [InlineData("utf-32", "id,name\n1,Aa\n2,bb\n")]
    [InlineData("zip-of-one", "a,b\n1,2\n3,4\n")]
    public async Task Case_IsRead(string name, string clean)
    {
        var status = await Cases.RunAsync(_host, name);

        Assert.Equal((CsvJobState.Completed, null), (status.State, status.Error));
        Assert.Equal(clean, await _host.ReadAsync(status, "clean.csv"));
    }

    [Theory]
    [InlineData("gzip-cut", "ends early")]
    [InlineData("gzip-no-trailer", "ends early")]
    [InlineData("header-unclosed-quote", "Line 1 is the header")]
    [InlineData("zip-of-two", "in.csv, in2.csv: say which one to read with the option member")]
    public async Task Case_IsRefused_AndHasNoOutputs(string name, string reason)
    {
        var status = await Cases.RunAsync(_host, name);

        Assert.Equal((CsvJobState.Failed, 0), (status.State, status.Outputs.Count));
        Assert.Contains(reason, status.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneBadByte_IsAnEncodingErrorOfItsRecord()
    {
        var status = await Cases.RunAsync(_host, "one-bad-byte-small");

        Assert.Equal((2L, 1L), (status.Accepted, status.Rejected));
        Assert.Contains("2,3,name,encoding-error", await _host.ReadAsync(status, "rejects.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ZipOfTwo_ChosenMember_IsRead()
    {
        var status = await Cases.RunAsync(_host, "zip-of-two", new JsonObject { ["member"] = "in2.csv" });

        Assert.Equal("a,b\n1,2\n3,4\n", await _host.ReadAsync(status, "clean.csv"));
    }

    [Fact]
    public async Task HeaderRepeated_SecondOneIsARecord()
    {
        var status = await Cases.RunAsync(_host, "header-repeated");

        Assert.StartsWith("id,name\n1,x\n2,y\n", await _host.ReadAsync(status, "clean.csv"), StringComparison.Ordinal);
        Assert.Equal(4, status.Total);
    }

    [Fact]
    public async Task HeaderYears_IsAHeader()
    {
        var status = await Cases.RunAsync(_host, "header-years");

        Assert.StartsWith(
            "Country Name,Country Code,2019,2020\nland 0,L0,0.5,0\n", await _host.ReadAsync(status, "clean.csv"), StringComparison.Ordinal);
        Assert.Equal(200, status.Accepted);
    }

    [Fact]
    public async Task GzipUnderAnotherName_IsReadAsGzip()
    {
        var status = await Cases.RunAsync(_host, "not-text-gzip");

        Assert.Equal((CsvJobState.Completed, null), (status.State, status.Error));
        Assert.True(status.Accepted > 1_000);
    }

    [Fact]
    public async Task WorkbookUnderAnotherName_IsReadAndItsMissingHeaderSaid()
    {
        var status = await Cases.RunAsync(_host, "not-text-xlsx");

        Assert.Equal((CsvJobState.Completed, null), (status.State, status.Error));
        Assert.StartsWith("field1,field2\n1,2\n2,4\n3,6\n", await _host.ReadAsync(status, "clean.csv"), StringComparison.Ordinal);
        var summary = JobSummary.FromJson(Encoding.UTF8.GetBytes(await _host.ReadAsync(status, "summary.json")));
        Assert.Contains(summary.Notes, note => note.Contains("option header", StringComparison.Ordinal));
        Assert.Contains("option header", await _host.ReadAsync(status, "report.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainTextNamedGz_IsReadAsItStands()
    {
        var status = await _host.RunAsync("cases/plain.csv.gz", "id,name\n1,x\n"u8.ToArray());

        Assert.Equal("id,name\n1,x\n", await _host.ReadAsync(status, "clean.csv"));
    }

    [Fact]
    public async Task GuessedEncoding_IsSaid()
    {
        var status = await Cases.RunAsync(_host, "encoding-windows-1252");

        var summary = JobSummary.FromJson(Encoding.UTF8.GetBytes(await _host.ReadAsync(status, "summary.json")));
        Assert.Contains(summary.Notes, note => note.Contains("windows-1252", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SecondMemberCut_AfterTheSample_FailsWithoutOutputs()
    {
        var text = Encoding.UTF8.GetBytes(
            "id,note\n" + string.Concat(Enumerable.Range(1, 60_000).Select(i => $"{i},{i * 7919L % 100_003}\n")));
        byte[] file = [.. Packed.Gzip(text), .. Packed.Gzip(text)[..^20]];

        var status = await _host.RunAsync("cases/second-cut.csv", file);

        Assert.Equal((CsvJobState.Failed, 0), (status.State, status.Outputs.Count));
        Assert.Contains("ends early", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WordDocument_IsRefusedByName()
    {
        var status = await _host.RunAsync("cases/letter.csv", Packed.Zip(("[Content_Types].xml", [1]), ("word/document.xml", [1])));

        Assert.Equal((CsvJobState.Failed, 0), (status.State, status.Outputs.Count));
        Assert.Equal("The file is a Word document, not CSV.", status.Error);
    }

    [Fact]
    public async Task ShiftJis_WithKeys_IsReadFromItsStart()
    {
        var raw = CodePagesEncodingProvider.Instance.GetEncoding(932)!.GetBytes("id|name\n1|ソポ表\n2|能\n1|x\n");
        var schema = JsonNode.Parse("""{"fields": [{"name": "id", "type": "integer"}, {"name": "name"}], "primaryKey": "id"}""");

        var status = await _host.RunAsync(
            "cases/sjis.csv", raw, new JsonObject { ["encoding"] = "sjis", ["chunkBytes"] = 4, ["schema"] = schema, ["delimiter"] = "|" });

        Assert.Equal((CsvJobState.Completed, 2L, 1L), (status.State, status.Accepted, status.Rejected));
        Assert.Equal("id,name\n1,ソポ表\n2,能\n", await _host.ReadAsync(status, "clean.csv"));
    }

    [Fact]
    public async Task BadBytesBehindTheSample_AreErrorsOfTheirRecords()
    {
        byte[] file =
            [.. Encoding.UTF8.GetBytes(
                "id,name\n" + string.Concat(Enumerable.Range(1, 40_000).Select(i => $"{i},plain\n"))), .. "40001,M"u8, 0xFC, .. "ller\n"u8];

        var status = await _host.RunAsync("cases/late.csv", file, new JsonObject { ["chunkBytes"] = 100_000 });

        Assert.Equal((CsvJobState.Completed, 40_000L, 1L), (status.State, status.Accepted, status.Rejected));
        Assert.Contains("encoding-error", await _host.ReadAsync(status, "rejects.csv"), StringComparison.Ordinal);
    }
}
