using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>Jobs of several files, with masked columns and with foreign keys, are mended to what the corrected files give.</summary>
[Collection(AzuriteTests.Name)]
public sealed class MendFormTests(AzuriteFixture azurite)
{
    private const string Schema = """{"fields":[{"name":"id","type":"integer"},{"name":"note","type":"string"}]}""";
    private const string Unique =
        """{"fields":[{"name":"id","type":"integer","constraints":{"unique":true}},{"name":"note","type":"string"}]}""";
    private const string Masked =
        """
        {"fields":[{"name":"id","type":"integer"},{"name":"mail","x-clean":["lower","hash"]},{"name":"born","type":"date","x-clean":["mask"]},
          {"name":"note"}]}
        """;

    private readonly MendPipeline _pipeline = new(azurite);

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task SeveralFiles_MendedInRounds_AreWhatTheCorrectedFilesGive(int seed, bool unique)
    {
        var random = new Random(seed);
        var schema = unique ? Unique : Schema;
        for (var i = 0; i < 8; i++)
        {
            GeneratedFile[] files = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new GeneratedFile(random, ","))];
            long[] before = [.. files.Select((_, n) => files.Take(n).Sum(f => f.Count))];
            var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: random.Next(8, 800));
            var folder = $"sets/mend/{seed}-{i}-{Guid.NewGuid():N}";
            var (job, _) = await _pipeline.RunSetAsync(Texts(files, (_, _) => false), folder, options, schema);
            var all = files.SelectMany(
                (f, n) => f.Mended.Select(m => (File: n, Row: m.Key, Global: before[n] + m.Key, Raw: m.Value))).ToList();
            if (unique)
            {
                // Numbers of their own, as those of one file are.
                foreach (var (n, row, global, raw) in all.Where(m => char.IsAsciiDigit(m.Raw[0])).ToList())
                    files[n].Mended[row] = $"{10_000 + global}{raw[raw.IndexOf(',', StringComparison.Ordinal)..]}";
                all = [.. files.SelectMany((f, n) => f.Mended.Select(m => (n, m.Key, before[n] + m.Key, m.Value)))];
            }

            var done = new HashSet<(int, long)>();
            foreach (var sent in all.Chunk(Math.Max(1, (all.Count + 1) / 2)))
            {
                var round = await _pipeline.MendAsync(
                    job, JsonSerializer.Serialize(sent.Select(m => new { row = m.Global, raw = m.Raw })));
                done.UnionWith(sent.Select(m => (m.File, m.Row)));
                Assert.Equal((null, sent.Length, 0), (round.Error, (int)(round.Accepted + round.Rejected), (int)round.Unknown));

                var corrected = Texts(files, (n, row) => done.Contains((n, row)));
                var (_, expected) = await _pipeline.RunSetAsync(corrected, folder + "-new", options, schema);
                var mended = await _pipeline.ReadAsync(job);
                Assert.Equal(Outcome.Text(expected, "clean.csv"), Outcome.Text(mended, "clean.csv"));
                var rejects = Outcome.Text(expected, "rejects.csv").Replace("-new/", "/", StringComparison.Ordinal);
                Assert.Equal(rejects, Outcome.Text(mended, "rejects.csv"));
                Outcome.AssertSame(expected, mended);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task MaskedColumns_SentHiddenOrAnew_AreWhatTheCorrectedFilesGive(int seed)
    {
        _pipeline.Settings.MaskKeys["default"] = "some random characters, and more";
        var random = new Random(seed);
        for (var i = 0; i < 10; i++)
        {
            var count = random.Next(1, 40);
            var records = Enumerable.Range(1, count).Select(row => (string[])[
                random.Next(2) == 0 ? $"{row}" : $"x{row}", random.Next(4) == 0 ? "" : $"\"Mail, {row}@example.org\"",
                random.Next(5) == 0 ? "unborn" : "1971-02-03", $"note {row}"]).ToList();
            var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: random.Next(8, 400));
            var (job, _) = await _pipeline.RunAsync(File(records), $"mend/masked-{seed}.csv", options, Masked);

            // The first round mends the number only, so that some are wrong still; the second what is masked.
            for (var round = 0; round < 2; round++)
            {
                var sent = new JsonArray();
                foreach (var (n, record) in records.Index().Where(r => r.Item[0][0] == 'x' || r.Item[2] == "unborn").ToList())
                {
                    if (record[0][0] == 'x') record[0] = record[0][1..];
                    else if (round == 0) continue;
                    var isAnew = random.Next(3) == 0;
                    if (isAnew && record[1].Length > 0) record[1] = $"new{n}@example.org";
                    if (round == 1) record[2] = "1980-01-01";
                    var mail = isAnew || round == 1 ? record[1].Trim('"') : record[1].Length == 0 ? "" : "***";
                    var values = new JsonArray(record[0], mail, round == 1 ? record[2] : "***", record[3]);
                    sent.Add(new JsonObject { ["row"] = n + 1, ["values"] = values });
                    if (isAnew && round == 0) values[2] = record[2];
                }

                if (sent.Count == 0) continue;
                var ended = await _pipeline.MendAsync(job, sent.ToJsonString());
                Assert.Null(ended.Error);
                var (_, expected) = await _pipeline.RunAsync(File(records), $"mend/masked-{seed}-new.csv", options, Masked);
                var mended = await _pipeline.ReadAsync(job);
                Assert.Equal(Outcome.Text(expected, "clean.csv"), Outcome.Text(mended, "clean.csv"));
                Assert.Equal(Unquoted(expected), Unquoted(mended));
                Outcome.AssertSame(expected, mended);
            }
        }

        // What stands for a value may be quoted or not.
        static string Unquoted(Dictionary<string, byte[]> outputs) =>
            Outcome.Text(outputs, "rejects.csv").Replace("\"\"", "", StringComparison.Ordinal);

        static string File(IEnumerable<string[]> records) =>
            "id,mail,born,note\n" + string.Concat(records.Select(r => string.Join(',', r) + "\n"));
    }

    [Fact]
    public async Task MaskedValue_ThatTheFileDoesNotTell_IsAskedForAndNotGuessed()
    {
        _pipeline.Settings.MaskKeys["default"] = "some random characters, and more";
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true);
        var (job, _) = await _pipeline.RunAsync(
            "id,mail,born,note\nx,a@x.org,1971-01-01,a\n2,b@x.org,1972-01-01\ny,c@x.org,unborn,c\n", "mend/hidden.csv", options, Masked);

        // The first brings another mail and stays wrong: from then on the file's is not meant any more.
        var first = await _pipeline.MendAsync(job, """[{"row":1,"raw":"z,new@x.org,1971-01-01,a"}]""");
        var second = await _pipeline.MendAsync(job, """[{"row":1,"raw":"1,***,***,a"},{"row":2,"raw":"2,***,1972-01-01,b"}]""");
        var third = await _pipeline.MendAsync(job, """[{"row":3,"raw":"3,***,1973-01-01,c"}]""");

        Assert.Equal((1, 2), (first.Rejected, second.Rejected));
        Assert.Equal(1, third.Accepted);
        var outputs = await _pipeline.ReadAsync(job);
        Assert.Contains(
            "1,2,mail,constraint-error,\"expected the value itself", Outcome.Text(outputs, "rejects.csv"), StringComparison.Ordinal);
        Assert.All(outputs.Values, o => Assert.DoesNotContain("x.org", Encoding.UTF8.GetString(o), StringComparison.Ordinal));
        var request = await Assert.ThrowsAnyAsync<Exception>(
            () => _pipeline.MendAsync(job, """{"rules":[{"column":"mail","from":"***","to":"a"}]}"""));
        Assert.Contains("are masked", request.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaskKey_ThatIsAnotherByNow_HashesNothing()
    {
        _pipeline.Settings.MaskKeys["default"] = "some random characters, and more";
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true);
        var (job, before) = await _pipeline.RunAsync(
            "id,mail,born,note\nx,a@x.org,1971-01-01,a\n", "mend/other-key.csv", options, Masked);
        _pipeline.Settings.MaskKeys["default"] = "other random characters, and more";

        var fault = await Assert.ThrowsAsync<CsvJobException>(() => _pipeline.MendAsync(job, """[{"row":1,"raw":"1,***,***,a"}]"""));

        Assert.Contains("Csv__MaskKeys__default", fault.Message, StringComparison.Ordinal);
        Assert.Equal(Outcome.Text(before, "rejects.csv"), Outcome.Text(await _pipeline.ReadAsync(job), "rejects.csv"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ForeignKeys_MendedInRounds_AreWhatTheCorrectedFilesGive(int seed)
    {
        var customers = $"mend/customers-{seed}.csv";
        var schema =
            $$"""
            {"fields":[{"name":"id","type":"integer","constraints":{"unique":true} },{"name":"parent","type":"integer"},
              {"name":"second","type":"integer"},{"name":"customer","type":"string"}],
             "foreignKeys":[{"fields":"parent","reference":{"resource":"","fields":"id"} },
               {"fields":"customer","reference":{"resource":"incoming/{{customers}}","fields":"name"} },
               {"fields":"second","reference":{"resource":"","fields":"id"} }]}
            """;
        var incoming = await azurite.Containers.GetAsync(Containers.Incoming);
        await incoming.GetBlobClient(customers).UploadAsync(BinaryData.FromString("name\nAnn\nBob\n"), overwrite: true);
        var random = new Random(seed);
        for (var i = 0; i < 12; i++)
        {
            var count = random.Next(1, 40);
            var records = Enumerable.Range(1, count).Select(row => (string[])[
                random.Next(3) == 0 ? $"x{row}" : $"{row}", Parent(), random.Next(3) == 0 ? Parent() : "",
                random.Next(8) == 0 ? "Nobody" : random.Next(2) == 0 ? "Ann" : "Bob"]).ToList();
            var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: random.Next(8, 400));
            var (job, _) = await _pipeline.RunAsync(File(records), $"mend/foreign-{seed}.csv", options, schema);
            for (var round = 0; round < 3; round++)
            {
                var rejects = Outcome.Text(await _pipeline.ReadAsync(job), "rejects.csv").Split('\n')[1..^1]
                    .Select(l => int.Parse(l.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture)).ToList();
                var sent = new JsonArray();
                foreach (var row in rejects.Where(_ => random.Next(2) == 0))
                {
                    var record = records[row - 1];
                    if (record[0][0] == 'x' && random.Next(4) > 0) record[0] = record[0][1..];
                    if (record[1] == "9999") record[1] = random.Next(3) == 0 ? "8888" : $"{random.Next(1, count + 1)}";
                    if (record[3] == "Nobody" && random.Next(2) == 0) record[3] = "Ann";
                    sent.Add(new JsonObject { ["row"] = row, ["raw"] = string.Join(',', record) });
                }

                if (sent.Count == 0) continue;
                Assert.Null((await _pipeline.MendAsync(job, sent.ToJsonString())).Error);
                var (_, expected) = await _pipeline.RunAsync(File(records), $"mend/foreign-{seed}-new.csv", options, schema);
                var mended = await _pipeline.ReadAsync(job);
                Assert.Equal(Outcome.Text(expected, "clean.csv"), Outcome.Text(mended, "clean.csv"));
                Assert.Equal(Outcome.Text(expected, "rejects.csv"), Outcome.Text(mended, "rejects.csv"));
                Outcome.AssertSame(expected, mended);
            }

            string Parent() => random.Next(3) == 0 ? "" : random.Next(8) == 0 ? "9999" : $"{random.Next(1, count + 1)}";
        }

        static string File(IEnumerable<string[]> records) =>
            "id,parent,second,customer\n" + string.Concat(records.Select(r => string.Join(',', r) + "\n"));
    }

    [Fact]
    public async Task RejectsOfAForeignKey_SentUnchanged_AreComparedWithTheOtherFileAsItIsNow()
    {
        const string customers = "mend/late-customers.csv";
        const string schema =
            """
            {"fields":[{"name":"id","type":"integer"},{"name":"customer"}],
             "foreignKeys":[{"fields":"customer","reference":{"resource":"incoming/mend/late-customers.csv","fields":"name"}}]}
            """;
        var incoming = await azurite.Containers.GetAsync(Containers.Incoming);
        await incoming.GetBlobClient(customers).UploadAsync(BinaryData.FromString("name\nAnn\n"), overwrite: true);
        var (job, outputs) = await _pipeline.RunAsync(
            "id,customer\n1,Ann\n2,Bob\n3,Eve\n", "mend/late.csv", new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true), schema);
        await incoming.GetBlobClient(customers).UploadAsync(BinaryData.FromString("name\nAnn\nBob\n"), overwrite: true);

        var round = await _pipeline.MendAsync(job, Outcome.Text(outputs, "rejects.csv"));

        Assert.Equal((1, 1), (round.Accepted, round.Rejected));
        Assert.Equal("id,customer\n1,Ann\n2,Bob\n", Outcome.Text(await _pipeline.ReadAsync(job), "clean.csv"));
    }

    private static Dictionary<string, byte[]> Texts(GeneratedFile[] files, Func<int, long, bool> isMended) => files.Index().ToDictionary(
        f => $"{f.Index}.csv", f => Encoding.UTF8.GetBytes(f.Item.Text(",", row => isMended(f.Index, row))));
}
