using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Csv.Output;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Csv.Verification;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>Mending gives the outputs that the corrected file would have given.</summary>
[Collection(AzuriteTests.Name)]
public sealed class MendTests(AzuriteFixture azurite)
{
    private const string Schema = """{"fields":[{"name":"id","type":"integer"},{"name":"note","type":"string"}]}""";
    private const string Unique =
        """{"fields":[{"name":"id","type":"integer","constraints":{"unique":true}},{"name":"note","type":"string"}]}""";

    private readonly MendPipeline _pipeline = new(azurite);

    [Theory]
    [InlineData(1, CsvOutput.Csv, ",", false, CsvCompression.None)]
    [InlineData(2, CsvOutput.Jsonl, ",", false, CsvCompression.None)]
    [InlineData(3, CsvOutput.Csv, ";", true, CsvCompression.None)]
    [InlineData(4, CsvOutput.Csv, ",", true, CsvCompression.Gzip)]
    [InlineData(5, CsvOutput.Jsonl, ";", false, CsvCompression.Gzip)]
    internal async Task GeneratedFiles_MendedInRounds_AreWhatTheCorrectedFilesGive(
        int seed, CsvOutput output, string delimiter, bool unique, CsvCompression compression)
    {
        var random = new Random(seed);
        for (var i = 0; i < 20; i++)
        {
            var file = new GeneratedFile(random, delimiter);
            var options = new CsvJobOptions(output, Delimiter: delimiter, Quote: '"', Header: true, ChunkBytes: 2 * random.Next(4, 400))
            {
                Compress = compression,
            };
            var (folder, before) = await _pipeline.RunAsync(file.Text(delimiter), $"mend/{seed}.csv", options, unique ? Unique : Schema);
            var split = random.Next(file.Mended.Count + 1);
            long[][] rounds = [[.. file.Mended.Keys.Take(split)], [.. file.Mended.Keys.Skip(split)]];
            var done = new HashSet<long>();

            foreach (var rows in rounds.Where(r => r.Length > 0))
            {
                var round = await _pipeline.MendAsync(folder, file.Body(rows, asJson: random.Next(2) == 0));
                done.UnionWith(rows);
                Assert.Equal((rows.Length, 0), (round.Accepted + round.Rejected, round.Unknown));
                var (_, expected) = await _pipeline.RunAsync(
                    file.Text(delimiter, done.Contains), $"mend/{seed}-corrected.csv", options, unique ? Unique : Schema);
                var mended = await _pipeline.ReadAsync(folder);
                foreach (var name in expected.Keys.Where(n => n is not ("summary.json" or "report.html")))
                    Assert.True(Text(expected, name) == Text(mended, name), Difference(name, i, before, expected, mended));
                AssertSame(JobSummary.FromJson(expected["summary.json"]), JobSummary.FromJson(mended["summary.json"]));
            }
        }
    }

    [Theory]
    [InlineData(CsvCompression.None, "clean.csv")]
    [InlineData(CsvCompression.Gzip, "clean.csv.gz")]
    internal async Task KilledAtEveryWrite_LeavesEachOutputOldOrNew_AndIsEndedByTheNext(CsvCompression compression, string clean)
    {
        const string wrong = "id,note\n1,a\nx,b\n3,c\ny,d\n5,e\n";
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 8) { Compress = compression };
        var (_, expected) = await _pipeline.RunAsync("id,note\n1,a\n2,b\n3,c\nz,d\n5,e\n", "mend/sound.csv", options, Schema);
        var kills = 0;
        foreach (var arrives in (bool[])[false, true])
        {
            for (var write = 1; ; write++)
            {
                var (folder, before) = await _pipeline.RunAsync(wrong, "mend/killed.csv", options, Schema);
                var task = await _pipeline.BeginAsync(folder, """[{"row":2,"raw":"2,b"},{"row":4,"raw":"z,d"}]""");
                var writer = new DyingWriter(write, arrives);
                var containers = writer.Open(azurite.ConnectionString);
                var death = await Record.ExceptionAsync(async () =>
                {
                    await _pipeline.StageAsync(task, containers);
                    await _pipeline.CommitAsync(task, containers);
                });
                if (!writer.HasDied) break;
                kills++;
                Assert.NotNull(death);
                var between = await _pipeline.ReadAsync(folder);
                foreach (var name in (string[])[clean, "rejects.csv"])
                    Assert.Contains(Text(between, name), (string[])[Text(before, name), Text(expected, name)]);

                await _pipeline.StageAsync(task, azurite.Containers);
                await _pipeline.CommitAsync(task, azurite.Containers);
                await _pipeline.CommitAsync(task, azurite.Containers);

                var after = await _pipeline.ReadAsync(folder);
                foreach (var name in (string[])[clean, "rejects.csv", "schema.json"])
                    Assert.Equal(Text(expected, name), Text(after, name));
                AssertSame(JobSummary.FromJson(expected["summary.json"]), JobSummary.FromJson(after["summary.json"]));
                var verification = await VerifiedOutputs.VerifyAsync(after, Encoding.UTF8.GetBytes(wrong));
                Assert.Empty(verification.Differences);
            }
        }

        Assert.True(kills > 16, $"{kills} kills");
    }

    [Fact]
    public async Task Keys_ThatStandInTheOutputOrAnotherMendedRecord_AreRefused()
    {
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 8);
        var (folder, _) = await _pipeline.RunAsync("id,note\n1,a\nx,b\ny,c\nz,d\n5,e\n5,f\nw,g\n", "mend/keys.csv", options, Unique);

        var first = await _pipeline.MendAsync(
            folder, """[{"row":2,"raw":"5,b"},{"row":3,"raw":"7,c"},{"row":4,"raw":"7,d"},{"row":6,"raw":"6,f"}]""");
        var second = await _pipeline.MendAsync(folder, """[{"row":2,"raw":"7,b"},{"row":4,"raw":"8,d"},{"row":7,"raw":"6,g"}]""");

        Assert.Equal((2, 2), (first.Accepted, first.Rejected));
        Assert.Equal((1, 2), (second.Accepted, second.Rejected));
        var outputs = await _pipeline.ReadAsync(folder);
        Assert.Equal("id,note\n1,a\n7,c\n8,d\n5,e\n6,f\n", Text(outputs, "clean.csv"));
        Assert.Contains(
            "found \"\"7\"\" once more: record 3 behind it has it and stays in the output\",\"7,b\"\n", Text(outputs, "rejects.csv"),
            StringComparison.Ordinal);
        Assert.Contains("found \"\"6\"\" once more\",\"6,g\"\n", Text(outputs, "rejects.csv"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unique", """{"fields":[{"name":"id","type":"integer","constraints":{"unique":true}},{"name":"note"}]}""")]
    [InlineData("primary", """{"fields":[{"name":"id","type":"integer"},{"name":"note"}],"primaryKey":"id"}""")]
    [InlineData("several", """{"fields":[{"name":"id","type":"integer"},{"name":"note"}],"uniqueKeys":[["id","note"]]}""")]
    public async Task Key_OfALaterRecordInTheOutput_IsRefusedByTheNumberOfThatRecord(string name, string schema)
    {
        var (folder, before) = await _pipeline.RunAsync(
            "id,note\n1,a\nx,b\n3,c\n5,b\n", $"mend/held-{name}.csv", new CsvJobOptions(Delimiter: ",", Header: true, ChunkBytes: 8),
            schema);

        var round = await _pipeline.MendAsync(folder, """[{"row":2,"raw":"5,b"}]""");

        Assert.Equal((0, 1), (round.Accepted, round.Rejected));
        var outputs = await _pipeline.ReadAsync(folder);
        Assert.Equal(Text(before, "clean.csv"), Text(outputs, "clean.csv"));
        Assert.Contains(
            "once more: record 4 behind it has it and stays in the output\"", Text(outputs, "rejects.csv"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"minRows": 3}""", "The table has 2 records, and table-dimensions of x-checks asks for at least 3. Nothing was changed.")]
    [InlineData("""{"minRows": 2, "maxRows": 3}""", null)]
    public async Task TableDimensions_HoldForWhatARoundLeaves(string dimensions, string? error)
    {
        var check = JsonNode.Parse(dimensions)!.AsObject();
        check["type"] = "table-dimensions";
        var schema = JsonNode.Parse(Schema)!;
        schema["x-checks"] = new JsonArray(check);
        var (folder, _) = await _pipeline.RunAsync(
            "id,note\n1,a\nx,b\ny,c\n", $"mend/sized-{error is null}.csv", new CsvJobOptions(Delimiter: ",", Header: true, ChunkBytes: 8),
            schema.ToJsonString());

        // More in the output are no more records.
        Assert.Equal(1, (await _pipeline.MendAsync(folder, """[{"row":2,"raw":"2,b"}]""")).Accepted);
        var before = await _pipeline.ReadAsync(folder);
        var task = await _pipeline.BeginAsync(folder, """[{"row":3,"drop":true}]""");
        var refusal = await Record.ExceptionAsync(() => _pipeline.StageAsync(task, azurite.Containers));

        Assert.Equal(error, refusal?.Message);
        if (error is null) await _pipeline.CommitAsync(task, azurite.Containers);
        var outputs = await _pipeline.ReadAsync(folder);
        Assert.Equal("id,note\n1,a\n2,b\n", Text(outputs, "clean.csv"));
        Assert.Equal(
            error is null ? "row,line,field,code,message,raw\n" : Text(before, "rejects.csv"), Text(outputs, "rejects.csv"));
        Assert.Equal(error is null ? 2 : 3, JobSummary.FromJson(outputs["summary.json"]).Rows);
    }

    [Fact]
    public async Task DropsRulesAndUnchangedRecords_AreWhatTheySay()
    {
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 8);
        const string file = "id,note\nx,a\n2,b\nn/a,c\n\nn/a,\"d,e\"\nw,f\n";
        var (folder, before) = await _pipeline.RunAsync(file, "mend/rules.csv", options, Schema);

        var round = await _pipeline.MendAsync(
            folder,
            """
            {"records":[{"row":1,"drop":true},{"row":6,"raw":"w,f"},{"row":99,"raw":"1,z"}],
             "rules":[{"column":"id","from":"n/a","to":"0"}]}
            """);
        Assert.Equal((2, 0, 1, 1), (round.Accepted, round.Rejected, round.Dropped, round.Unknown));

        // The list as it is changes nothing.
        var outputs = await _pipeline.ReadAsync(folder);
        var again = await _pipeline.MendAsync(folder, Text(outputs, "rejects.csv"));
        Assert.Equal((0, 0), (again.Accepted, again.Rejected));
        var last = await _pipeline.MendAsync(folder, """[{"row":6,"values":["6","f, \"g\""]}]""");

        Assert.Equal(1, last.Accepted);
        outputs = await _pipeline.ReadAsync(folder);
        Assert.Equal("id,note\n2,b\n0,c\n0,\"d,e\"\n6,\"f, \"\"g\"\"\"\n", Text(outputs, "clean.csv"));
        Assert.StartsWith("row,line,field,code,message,raw\n4,5,,blank-row,", Text(outputs, "rejects.csv"), StringComparison.Ordinal);
        var summary = JobSummary.FromJson(outputs["summary.json"]);
        Assert.Equal((5, 4, 1, 3), (summary.Rows, summary.Accepted, summary.Rejected, summary.Mended!.Count));
        Assert.Equal("tests", summary.Mended[0].By);
        Assert.DoesNotContain("x,a", Text(before, "clean.csv"), StringComparison.Ordinal);
    }

    private static string Text(Dictionary<string, byte[]> outputs, string name)
    {
        if (!name.EndsWith(".gz", StringComparison.Ordinal)) return Encoding.UTF8.GetString(outputs[name]);
        using var file = new GZipStream(new MemoryStream(outputs[name]), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private static void AssertSame(JobSummary expected, JobSummary mended)
    {
        Assert.Equal((expected.Rows, expected.Accepted, expected.Rejected), (mended.Rows, mended.Accepted, mended.Rejected));
        Assert.Equal(JsonSerializer.Serialize(expected.Columns), JsonSerializer.Serialize(mended.Columns));
        Assert.Equal(JsonSerializer.Serialize(expected.Reasons), JsonSerializer.Serialize(mended.Reasons));
    }

    private static string Difference(
        string name, int file, Dictionary<string, byte[]> before, Dictionary<string, byte[]> expected, Dictionary<string, byte[]> mended) =>
        $"{name} of file {file}:\n{Text(before, name)}\n--- expected\n{Text(expected, name)}\n--- mended\n{Text(mended, name)}";
}
