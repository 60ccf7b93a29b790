using System.Text.Json.Nodes;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Requests;
using Serverless.CsvParsing.Encodings;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.UnitTests.Csv.Jobs;

public sealed class CsvRequestReaderTests
{
    private readonly ValidationErrors _faults = new();

    [Fact]
    public void Read_AllOptions_TakesThem()
    {
        var request = Read("""
            {"blob": "incoming/a/b.csv", "schema": "schemas/s.json", "delimiter": "tab", "quote": "'", "header": false, "encoding": "Latin-1",
             "output": "jsonl", "chunkBytes": 65536, "maxParallel": 3, "maxRejectedRatio": 0.25, "force": true, "member": "a.csv", "sheet": "S"}
            """);

        Assert.False(_faults.Any);
        Assert.Equal(new BlobName("incoming", "a/b.csv"), request.Blob);
        Assert.Equal(new BlobName("schemas", "s.json"), request.SchemaBlob);
        Assert.True(request.Force);
        Assert.Equal(
            new CsvJobOptions(
                CsvOutput.Jsonl, null, "\t", '\'', false, CsvEncoding.Windows1252, 65536, 3, 0.25)
            { Member = "a.csv", Sheet = "S" },
                request.Options);
    }

    [Fact]
    public void Read_EveryOptionWrong_NotesEveryFault()
    {
        Read("""
            {"blob": "incoming/../x", "schema": 5, "delimiter": "ab", "quote": 1, "header": "yes", "encoding": "ebcdic", "output": "xml",
             "compress": "zip", "chunkBytes": 65535, "maxParallel": 0, "maxRejectedRatio": 1.5, "force": 1, "chunkbytes": 1}
            """);

        Assert.Equal(
            ["blob", "chunkBytes", "chunkbytes", "compress", "delimiter", "encoding", "force", "header", "maxParallel", "maxRejectedRatio",
                "output", "quote", "schema"],
            _faults.ToErrors().Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("table:shop.customers", true, null)]
    [InlineData("table:shop.customers", false, "Needs the option load: the table is one of its database.")]
    [InlineData("table:a.b.c", true, "Must be a table such as \"table:sales.customers\".")]
    [InlineData("table:", true, "Must be a table such as \"table:sales.customers\".")]
    public void Read_ReferencedTable_IsOneOfTheLoadsDatabase(string table, bool hasLoad, string? fault)
    {
        var load = hasLoad ? ", \"load\": {\"to\": \"postgres\", \"connection\": \"c\", \"table\": \"orders\"}" : "";

        var request = Read($"{{\"blob\": \"incoming/a.csv\", \"references\": {{\"customers\": \"{table}\"}}{load}}}");

        Assert.Equal([new ReferencedFile("customers", table)], request.Options.References);
        Assert.Equal(fault is null ? [] : [fault], _faults.ToErrors().SelectMany(e => e.Value));
    }

    [Theory]
    [InlineData("csv", true)]
    [InlineData("jsonl", true)]
    [InlineData("parquet", false)]
    public void Read_Compress_IsForTexts(string output, bool valid)
    {
        var request = Read($$"""{"blob": "incoming/a.csv", "output": "{{output}}", "compress": "gzip"}""");

        Assert.Equal(CsvCompression.Gzip, request.Options.Compress);
        Assert.Equal(valid ? [] : ["compress"], _faults.ToErrors().Keys);
    }

    [Theory]
    [InlineData("csv", "\"country\"", true)]
    [InlineData("parquet", "\"country\"", true)]
    [InlineData("csv", "7", false)]
    public void Read_PartitionBy_IsAColumnOfTexts(string output, string column, bool valid)
    {
        Read($$"""{"blob": "incoming/a.csv", "output": "{{output}}", "partitionBy": {{column}}}""");

        Assert.Equal(valid ? [] : ["partitionBy"], _faults.ToErrors().Keys);
    }

    [Theory]
    [InlineData("65536", true)]
    [InlineData("268435456", true)]
    [InlineData("268435457", false)]
    [InlineData("65536.5", false)]
    [InlineData("-1", false)]
    [InlineData("1e300", false)]
    [InlineData("\"65536\"", false)]
    public void Read_ChunkBytes_KeepsToTheBounds(string value, bool valid)
    {
        Read($$"""{"blob": "incoming/a.csv", "chunkBytes": {{value}}}""");

        Assert.Equal(valid, !_faults.Any);
    }

    [Fact]
    public void Read_NumbersMadeInCode_AreNumbers()
    {
        var json =
            new JsonObject
            {
                ["blob"] = "incoming/a.csv",
                ["skipRows"] = 1,
                ["chunkBytes"] = 65536L,
                ["header"] = 2,
                ["maxRejectedRatio"] =
                0.5
            };

        var options = CsvRequestReader.Read(json, new CsvSettings(), blobIsGiven: false, _faults).Options;

        Assert.False(_faults.Any);
        Assert.Equal((1, 65536, 2, 0.5), (options.SkipRows, options.ChunkBytes, options.HeaderRows, options.MaxRejectedRatio));
    }

    [Fact]
    public void Read_DelimiterIsQuote_IsAFault()
    {
        Read("""{"blob": "incoming/a.csv", "delimiter": "|", "quote": "|"}""");

        Assert.Equal(["quote"], _faults.ToErrors().Keys);
    }

    [Fact]
    public void Read_NoBlob_IsAFaultUnlessTheRouteNamesIt()
    {
        Read("{}");
        Assert.Equal(["blob"], _faults.ToErrors().Keys);

        var faults = new ValidationErrors();
        CsvRequestReader.Read([], new CsvSettings(), blobIsGiven: true, faults);
        Assert.False(faults.Any);
    }

    [Theory]
    [InlineData("incoming/a.csv")]
    [InlineData("incoming/a b/Ünïcode 😀.csv")]
    [InlineData("incoming/.hidden")]
    public void TryParse_GoodName_IsTaken(string text) =>
        Assert.True(BlobName.TryParse(text, ["incoming"], out _, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("incoming")]
    [InlineData("incoming/")]
    [InlineData("/incoming/a.csv")]
    [InlineData("other/a.csv")]
    [InlineData("incoming/../a.csv")]
    [InlineData("incoming/a/./b.csv")]
    [InlineData("incoming/a//b.csv")]
    [InlineData("incoming/a/ /b.csv")]
    [InlineData("incoming/a.")]
    [InlineData("incoming/a\\b.csv")]
    [InlineData("incoming/a\nb.csv")]
    [InlineData("incoming/a\u0085b.csv")]
    public void TryParse_HostileName_IsRefused(string? text)
    {
        Assert.False(BlobName.TryParse(text, ["incoming"], out _, out var fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void TryParse_BrokenUnicode_IsRefused() =>
        Assert.False(BlobName.TryParse("incoming/" + '\ud800' + ".csv", ["incoming"], out _, out _));

    [Fact]
    public void TryParse_NameOverTheLimit_IsRefused() =>
        Assert.False(BlobName.TryParse("incoming/" + new string('a', 901), ["incoming"], out _, out _));

    private CsvRequest Read(string json) =>
        CsvRequestReader.Read((JsonObject)JsonNode.Parse(json)!, new CsvSettings(), blobIsGiven: false, _faults);
}
