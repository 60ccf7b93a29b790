using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.CsvParsing;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Jobs;

[Collection(AzuriteTests.Name)]
public sealed class RealFileTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private CsvHost _host = null!;

    public async Task InitializeAsync() => _host = await CsvHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("comma_in_quotes")]
    [InlineData("empty")]
    [InlineData("empty_crlf")]
    [InlineData("escaped_quotes")]
    [InlineData("json")]
    [InlineData("location_coordinates")]
    [InlineData("newlines")]
    [InlineData("newlines_crlf")]
    [InlineData("quotes_and_newlines")]
    [InlineData("simple")]
    [InlineData("simple_crlf")]
    [InlineData("utf8")]
    public async Task CsvSpectrum_AsText_IsTheExpectedJson(string name)
    {
        var file = await File.ReadAllBytesAsync(await NpmData.FindAsync("csv-spectrum", "csvs", name + ".csv"));
        var json = JsonNode.Parse(await File.ReadAllTextAsync(await NpmData.FindAsync("csv-spectrum", "json", name + ".json")))!;

        // One of the package's expectations has no array around it, and not the number that its CSV file has.
        var expected = json as JsonArray ?? [json];
        if (name == "location_coordinates") expected[0]!["Contact Phone Number"] = "2095257564";
        var fields = expected[0]!.AsObject().Select(f => (JsonNode)new JsonObject { ["name"] = f.Key, ["type"] = "string" });
        var options = new JsonObject
        {
            ["output"] = "jsonl",
            ["header"] = true,
            ["delimiter"] = ",",
            ["chunkBytes"] = 6,
            ["schema"] = new JsonObject { ["fields"] = new JsonArray([.. fields]), ["missingValues"] = new JsonArray() },
        };

        var status = await _host.RunAsync($"spectrum/{name}.csv", file, options);

        Assert.Equal((CsvJobState.Completed, null), (status.State, status.Error));
        var lines = (await _host.ReadAsync(status, "clean.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(JsonNode.DeepEquals(expected, new JsonArray([.. lines.Select(l => JsonNode.Parse(l))])), string.Join('\n', lines));
    }

    [Theory]
    [InlineData("zipcodes")]
    [InlineData("birdstrikes")]
    [InlineData("species")]
    [InlineData("airports")]
    [InlineData("github")]
    public async Task VegaDataset_InRanges_IsWhatOneReaderGives(string name)
    {
        var file = await File.ReadAllBytesAsync(await NpmData.FindAsync("vega-datasets", "data", name + ".csv"));
        var records = -1;
        NaiveCsv.Read(file, (in CsvRecord _) => records++);

        var whole = await _host.RunAsync($"vega/{name}.csv", file, new JsonObject { ["chunkBytes"] = 16 << 20 });
        var cut = await _host.RunAsync($"vega/{name}-cut.csv", file, new JsonObject { ["chunkBytes"] = 40_000 });

        Assert.Equal((CsvJobState.Completed, CsvJobState.Completed), (whole.State, cut.State));
        Assert.Equal((records, records), (whole.Total, cut.Total));
        Assert.Equal(whole.Total, whole.Accepted + whole.Rejected);
        Assert.True(whole.Accepted > 0.9 * whole.Total, $"{whole}");
        foreach (var output in (string[])["clean.csv", "rejects.csv", "schema.json"])
            Assert.Equal(await _host.ReadAsync(whole, output), await _host.ReadAsync(cut, output));
    }
}
