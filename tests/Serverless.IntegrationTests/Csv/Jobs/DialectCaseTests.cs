using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Files of other dialects through the whole job, in the smallest ranges.</summary>
[Collection(AzuriteTests.Name)]
public sealed class DialectCaseTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private CsvHost _host = null!;

    public async Task InitializeAsync() => _host = await CsvHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("backslash-escapes", "id,text\n1,\"say \"\"hi\"\" twice\"\n2,\"a \"\"b\"\", c\"\n3,plain\n", 0)]
    [InlineData("comment-lines", "id,name\n1,a\n2,b\n", 3)]
    [InlineData("excel-sep-line", "id,name\n1,x\n2,y\n", 1)]
    public async Task Case_Accepts_WhatWasMeant(string name, string clean, int skipped)
    {
        foreach (var chunkBytes in new[] { 2, 7, 65_536 })
        {
            var status = await Cases.RunAsync(_host, name, new JsonObject { ["chunkBytes"] = chunkBytes });

            Assert.Equal((CsvJobState.Completed, 0), (status.State, status.Rejected));
            Assert.Equal(clean, (await _host.ReadAsync(status, "clean.csv")).ReplaceLineEndings("\n"));
            Assert.Equal(skipped, (await SummaryAsync(status)).Skipped);
        }
    }

    [Fact]
    public async Task Case_BankPreamble_SkipsTheLinesAboveTheHeader()
    {
        foreach (var options in new JsonObject[] { new(), new() { ["skipRows"] = 5, ["chunkBytes"] = 500 } })
        {
            var status = await Cases.RunAsync(_host, "bank-preamble", options);

            var summary = await SummaryAsync(status);
            Assert.Equal((CsvJobState.Completed, 54, 0, 5), (status.State, summary.Accepted, summary.Rejected, summary.Skipped));
            Assert.Equal("Buchungstag", summary.Columns[0].Name);
            Assert.Equal(7, summary.Columns.Count);
        }
    }

    [Fact]
    public async Task Case_FieldMissingValues_AreThoseOfTheField()
    {
        var status = await Cases.RunAsync(_host, "field-missing-values");

        Assert.Equal("a,b\n,1\n3,-9\n", (await _host.ReadAsync(status, "clean.csv")).ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("{\"delimiter\":\"\\\\x01\",\"quote\":\"none\",\"nullValues\":[\"\\\\N\"]}", "id\u0001note\n1\u0001\"a\n2\u0001\\N\n",
        "id,note\n1,\"\"\"a\"\n2,\n")]
    [InlineData("{\"delimiter\":\"\\\\001\",\"nullValues\":[\"\\\\N\"]}", "id\u0001n\n1\u0001\\N\n2\u00015\n", "id,n\n1,\n2,5\n")]
    [InlineData("{\"delimiter\":\"||\"}", "id||note\n1||a|b\n2||\"c||d\"\n", "id,note\n1,a|b\n2,c||d\n")]
    [InlineData("{\"delimiter\":\"::\",\"header\":false}", "1::a:b\n2::c\n", "field1,field2\n1,a:b\n2,c\n")]
    [InlineData("{\"quote\":\"'\"}", "id,note\n1,'a, b'\n2,\"c\n", "id,note\n1,\"a, b\"\n2,\"\"\"c\"\n")]
    [InlineData("{\"quote\":\"none\"}", "id,note\n1,\"a\n2,5\" pipe\n", "id,note\n1,\"\"\"a\"\n2,\"5\"\" pipe\"\n")]
    [InlineData("{\"escape\":\"\\\\\"}", "id,note\n1,a\\, b\n2,\"say \\\"hi\\\"\"\n3,c\\\nd\n",
        "id,note\n1,\"a, b\"\n2,\"say \"\"hi\"\"\"\n3,\"c\nd\"\n")]
    [InlineData("{\"comment\":\"//\",\"header\":true}", "// x, y\nid,note\n// z\n1,a // b\n", "id,note\n1,a // b\n")]
    [InlineData("{\"header\":2}", "2024,,2025\na,b,c\n1,2,3\n", "2024 a,b,2025 c\n1,2,3\n")]
    [InlineData("{\"header\":2,\"headerJoin\":\"_\"}", "x,y\na,b\n1,2\n", "x_a,y_b\n1,2\n")]
    [InlineData("{\"skipRows\":2,\"header\":true}", "\"open\nid\nname,n\na,1\n", "name,n\na,1\n")]
    [InlineData("{\"escape\":\"\\\"\"}", "id,note\n1,\"a \"\"b\"\"\"\n", "id,note\n1,\"a \"\"b\"\"\"\n")]
    [InlineData("{\"doubleQuote\":false,\"escape\":\"\\\\\"}", "id,note\n1,\"a \\\"b\\\"\"\n", "id,note\n1,\"a \"\"b\"\"\"\n")]
    [InlineData("{\"skipInitialSpace\":true}", "id, note\n1, \"a, b\"\n", "id,note\n1,\"a, b\"\n")]
    public async Task Options_OfTheDialect_AreObeyedInJsonAndQuery(string options, string text, string clean)
    {
        var json = JsonNode.Parse(options)!.AsObject();
        var query = string.Join(
            '&', json.Select(
                o => $"{o.Key}={Uri.EscapeDataString(o.Value is JsonArray list ? string.Join(',', list) : o.Value!.ToString())}"));
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        using var response = await _host.Http.PutAsync($"csv/dialect/query.csv?chunkBytes=3&{query}", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        var byQuery = await _host.WaitAsync((await response.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>());
        json["chunkBytes"] = 5;
        var byBody = await _host.RunAsync("dialect/body.csv", Encoding.UTF8.GetBytes(text), json);

        foreach (var status in new[] { byQuery, byBody })
        {
            Assert.Equal((CsvJobState.Completed, null, 0), (status.State, status.Error, status.Rejected));
            Assert.Equal(clean, (await _host.ReadAsync(status, "clean.csv")).Replace("\r\n", "\n", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task SkipRows_BeyondTheFile_FailsAndSaysHowManyLinesThereAre()
    {
        var status = await _host.RunAsync("dialect/short.csv", "a,b\n1,2\n"u8.ToArray(), new JsonObject { ["skipRows"] = 3 });

        Assert.Equal(CsvJobState.Failed, status.State);
        Assert.Contains("skipRows", status.Error, StringComparison.Ordinal);
        Assert.Contains("the file has 2", status.Error, StringComparison.Ordinal);
    }

    // Behind the sample, where nothing was known of it.
    [Fact]
    public async Task Escape_SeenTooLate_RejectsWhatHasTwoReadings()
    {
        var text = new StringBuilder("id,note\n");
        for (var i = 0; i < 20_000; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i},\"plain text of a record\"\n");
        text.Append("20000,\"say \\\"hi\\\" twice\"\n20001,\"last\"\n");

        var status = await _host.RunAsync("dialect/late.csv", Encoding.UTF8.GetBytes(text.ToString()));

        Assert.Equal((CsvJobState.Completed, 1, 20_001), (status.State, status.Rejected, status.Accepted));
        Assert.Contains("ambiguous-quote", await _host.ReadAsync(status, "rejects.csv"), StringComparison.Ordinal);
    }

    private async Task<JobSummary> SummaryAsync(CsvJobStatus status) =>
        JobSummary.FromJson(Encoding.UTF8.GetBytes(await _host.ReadAsync(status, "summary.json")));
}
