using System.Text.Json.Nodes;
using Serverless.Csv.Schema;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Requests;
using Serverless.Http;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv;

/// <summary>Columns that the schema has under other names, in another order, or not at all.</summary>
public sealed class ColumnTests
{
    private static readonly TableSchema Orders = Cleaned.Schema(
        """{"fields":[{"name":"order_id","type":"integer"},{"name":"total","type":"number"},{"name":"note"}],"x-checks":["total > 0"]}""");

    [Fact]
    public async Task Map_Labels_AreTheNamesOfTheSchema_InAnyOrder()
    {
        var cleaned = await CleanedFile.OfAsync(
            "Sum,Order No.,note\n1.50,7,a\n0,8,b\nx,9,c\n", Options(map: [new("Order No.", "order_id"), new("Sum", "total")]), Orders);

        Assert.Equal(["total", "order_id", "note"], cleaned.Columns);
        Assert.Equal(["1.50,7,a"], cleaned.Lines);
        Assert.Equal(["total: row-constraint", "total: type-error"], cleaned.Faults.Select(f => string.Join(": ", f.Split(": ")[..2])));
    }

    [Fact]
    public async Task Map_WithoutASchema_NamesTheInferredColumns()
    {
        var cleaned = await CleanedFile.OfAsync("Order No.,note\n7,a\n8,b\n", Options(map: [new("Order No.", "order_id")]));

        Assert.Equal(["order_id", "note"], cleaned.Columns);
    }

    [Theory]
    [InlineData(ExtraColumns.Keep, "order_id,x,total,note", "7,u,1.5,a")]
    [InlineData(ExtraColumns.Drop, "order_id,total,note", "7,1.5,a")]
    internal async Task ExtraColumns_KeptOrDropped_LeaveTheOthersInPlace(ExtraColumns extra, string columns, string line)
    {
        var cleaned = await CleanedFile.OfAsync(
            "order_id,x,total,note\n7,u,1.5,a\n8,\"v,w\",0,b\n9\n", Options(extra: extra), Orders);

        Assert.Equal(columns, string.Join(',', cleaned.Facts.Schema.Written.Fields.Select(f => f.Name)));
        Assert.Equal([line], cleaned.Lines);
        Assert.Equal(2, cleaned.Faults.Count);
        Assert.Equal(cleaned.Facts.Schema.ToJson(), Cleaned.Schema(cleaned.Facts.Schema.ToJson()).ToJson());
    }

    [Fact]
    public async Task ExtraColumns_Refused_AreInAnyOrderAndNoMore()
    {
        var cleaned = await CleanedFile.OfAsync("note,total,order_id\na,1,7\n", Options(extra: ExtraColumns.Refuse), Orders);
        var refused = await Assert.ThrowsAsync<CsvJobException>(
            () => CleanedFile.OfAsync("note,total,order_id,x\na,1,7,u\n", Options(extra: ExtraColumns.Refuse), Orders));

        Assert.Equal(["a,1,7"], cleaned.Lines);
        Assert.Contains("found the label \"x\"", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Order-ID,total,note", "{\"Order-ID\": \"order_id\"}")]
    [InlineData("order_id,totl,note", "{\"totl\": \"total\"}")]
    public async Task Header_ThatNearlyFits_IsToldWhatTheMapWouldBe(string header, string map)
    {
        var refused = await Assert.ThrowsAsync<CsvJobException>(
            () => CleanedFile.OfAsync($"{header}\n7,1,a\n", Options(extra: ExtraColumns.Refuse), Orders));

        Assert.Contains($"Perhaps the option map helps: {map}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_OfWhatIsNotThere_SaysWhatMayBeMeant()
    {
        const string file = "Order No.,total,note\n7,1,a\n";
        var label = await FailAsync(new("Order Nr.", "order_id"));
        var name = await FailAsync(new("Order No.", "orderid"));
        var both = await FailAsync(new("Order No.", "total"));

        Assert.Contains("\"Order Nr.\", which the header has not. Did you mean \"Order No.\"?", label, StringComparison.Ordinal);
        Assert.Contains("\"orderid\", which the schema has not. Did you mean \"order_id\"?", name, StringComparison.Ordinal);
        Assert.Contains("\"Order No.\" \"total\", which is another column's name", both, StringComparison.Ordinal);

        async Task<string> FailAsync(MappedColumn column) =>
            (await Assert.ThrowsAsync<CsvJobException>(() => CleanedFile.OfAsync(file, Options(map: [column]), Orders))).Message;
    }

    [Fact]
    public void Read_MapsOfAllForms_AreOneJob_AndFaultsAreNamed()
    {
        var body = Read("""{"map":{"b":"y","a":"x"},"extraColumns":"drop","maskKey":"k"}""", out _);
        var query = QueryOptions.ToJson([new("map", "a=x,b=y"), new("extraColumns", "drop"), new("maskKey", "k")]);

        Assert.Equal(
            body.ToCanonicalJson(),
            CsvRequestReader.Read(query, new CsvSettings(), blobIsGiven: true, new ValidationErrors()).Options.ToCanonicalJson());
        foreach (var json in (string[])["""{"map":"a"}""", """{"map":{}}""", """{"map":{"a":1}}""", """{"map":{"a":"x","b":"x"}}""",
            """{"map":{"a":" "}}""", """{"extraColumns":"all"}""", """{"maskKey":""}"""])
        {
            Read(json, out var faults);
            Assert.Single(faults.ToErrors());
        }
    }

    private static CsvJobOptions Read(string json, out ValidationErrors faults)
    {
        faults = new ValidationErrors();
        return CsvRequestReader.Read(JsonNode.Parse(json)!.AsObject(), new CsvSettings(), blobIsGiven: true, faults).Options;
    }

    private static CsvJobOptions Options(IReadOnlyList<MappedColumn>? map = null, ExtraColumns? extra = null) =>
        new(Header: true) { Map = map, ExtraColumns = extra };
}
