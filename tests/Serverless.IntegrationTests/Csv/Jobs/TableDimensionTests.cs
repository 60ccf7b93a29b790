using System.Text.Json.Nodes;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>A table of another size than its schema allows has no output.</summary>
[Collection(AzuriteTests.Name)]
public sealed class TableDimensionTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("""{"minRows": 3, "maxRows": 3, "numFields": 2}""", null)]
    [InlineData("""{"minRows": 4}""", "The table has 3 records, and table-dimensions of x-checks asks for at least 4.")]
    [InlineData("""{"maxRows": 2}""", "The table has 3 records, and table-dimensions of x-checks asks for at most 2.")]
    [InlineData("""{"minFields": 3}""", "The table has 2 columns, and table-dimensions of x-checks asks for at least 3.")]
    public async Task Job_OfATableOfAnotherSize_FailsAndSaysSo(string dimensions, string? error)
    {
        var check = JsonNode.Parse(dimensions)!.AsObject();
        check["type"] = "table-dimensions";
        var schema = new JsonObject
        {
            ["fields"] = JsonNode.Parse("""[{"name": "id", "type": "integer"}, {"name": "country"}]"""),
            ["x-checks"] = new JsonArray(
                check, JsonNode.Parse("""{"type": "forbidden-value", "fieldName": "country", "values": ["XX"]}""")),
        };
        await using var host = await CsvHost.StartAsync(azurite);

        var job = await host.RunAsync(
            "dimensions.csv", "id,country\n1,SE\n2,XX\n3,NO\n"u8.ToArray(), new JsonObject { ["schema"] = schema, ["force"] = true });

        Assert.Equal((error is null ? CsvJobState.Completed : CsvJobState.Failed, error), (job.State, job.Error));
        if (error is not null)
        {
            Assert.Empty(job.Outputs);
            return;
        }

        Assert.Equal("id,country\n1,SE\n3,NO\n", await host.ReadAsync(job, "clean.csv"));
        Assert.Contains(",country,forbidden-value,", await host.ReadAsync(job, "rejects.csv"), StringComparison.Ordinal);
    }
}
