using System.Text;
using Microsoft.Extensions.Options;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Preview;
using Serverless.CsvJobs.Run;
using Serverless.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Previews: a job's result on a file, told from the file's beginning.</summary>
[Collection(AzuriteTests.Name)]
public sealed class CsvPreviewTests(AzuriteFixture azurite)
{
    private readonly CsvPreviewer _previewer = new(
        Options.Create(new CsvSettings()),
        new CsvSpeeds(new MeasuredSpeeds(new LazyTable(azurite.Tables, MeasuredSpeeds.TableName), TimeProvider.System)));

    [Fact]
    public async Task Preview_OfAFile_HasSchemaAndRecordsBeforeAndAfter()
    {
        var lines = Enumerable.Range(0, 100).Select(i => $"{i};0{(i % 9) + 1}.02.2026;{(i == 3 ? "three" : "1.234,50")}");

        var preview = await PreviewAsync($"id;day;amount\n{string.Join('\n', lines)}\n", schema: """
            {"fields": [{"name": "id", "type": "integer"}, {"name": "day", "type": "date", "format": "%d.%m.%Y"},
                        {"name": "amount", "type": "number", "decimalChar": ",", "groupChar": "."}]}
            """);

        Assert.Equal((";", true), (preview.Delimiter, preview.HasHeader));
        Assert.Equal(["id", "day", "amount"], preview.Columns);
        Assert.Equal((100, 1), (preview.Sampled, preview.Rejected));
        Assert.Equal(20, preview.Rows.Count);
        Assert.Equal(new PreviewRow(1, "0;01.02.2026;1.234,50", "0,2026-02-01,1234.50\n"), preview.Rows[0]);
        Assert.Null(preview.Rows[3].Clean);
        Assert.Equal(("amount", "type-error"), (preview.Rows[3].Field, preview.Rows[3].Code));
    }

    [Fact]
    public async Task Preview_OfABeginning_CountsForTheWholeFile_AndLeavesOutTheLastRecord()
    {
        var text = "id,name\n" + string.Concat(Enumerable.Range(1000, 100).Select(i => $"{i},name\n")) + "12";

        var preview = await PreviewAsync(text, bytes: 100 * text.Length);

        Assert.Equal((100, 0), (preview.Sampled, preview.Rejected));
        Assert.InRange(preview.Forecast.Records, 10_000, 10_100);
        Assert.NotNull(preview.Inference);
        Assert.Equal("integer", (string?)preview.Schema["fields"]![0]!["type"]);
    }

    [Fact]
    public async Task Preview_OfNothing_HasNoRecords()
    {
        var preview = await PreviewAsync("");

        Assert.Empty(preview.Rows);
        Assert.Equal(0, preview.Sampled);
    }

    [Fact]
    public async Task Preview_OfBinaryData_SaysSo() =>
        await Assert.ThrowsAsync<CsvJobException>(() => PreviewAsync("\0\u0001\0\u0002\0\0\0\u0003\0\0"));

    private Task<CsvPreview> PreviewAsync(string text, long? bytes = null, string? schema = null)
    {
        var sample = Encoding.UTF8.GetBytes(text);
        return _previewer.PreviewAsync(
            "orders.csv", sample, bytes ?? sample.Length, new CsvJobOptions(),
            schema is null ? null : TableSchemaParser.Parse(schema).Schema,
            CancellationToken.None);
    }
}
