using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.CsvParsing;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Foreign keys: whatever the ranges and however little memory, what one reader that remembers everything would find.</summary>
[Collection(AzuriteTests.Name)]
public sealed class ForeignKeyTests(AzuriteFixture azurite)
{
    private const string Schema = """
        {"fields": [
          {"name": "id", "type": "integer"},
          {"name": "parent", "type": "number"},
          {"name": "country"},
          {"name": "city", "x-clean": ["trim"]}],
         "primaryKey": "id",
         "foreignKeys": [
           {"fields": "parent", "reference": {"resource": "", "fields": "id"}},
           {"fields": ["country", "city"], "reference": {"resource": "places", "fields": ["land", "town"]}}]}
        """;

    private readonly CsvPipeline _pipeline = new(azurite);

    [Fact]
    public Task RandomFiles_AnyChunking_AreWhatOneReaderFinds() => CheckRandomFilesAsync(10);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public Task RandomFiles_KeysThatShareAHash_AreToldApart(uint hashes)
    {
        _pipeline.Hashing = WeakHashing.Of(hashes);
        return CheckRandomFilesAsync(4);
    }

    private async Task CheckRandomFilesAsync(int files)
    {
        var random = new Random(20261129);
        for (var i = 0; i < files; i++)
        {
            var rows = Enumerable.Range(0, random.Next(1, 50)).Select(_ => Row(random)).ToList();
            var places = Enumerable.Range(0, random.Next(0, 12))
                .Select(_ => (Town: $"t{random.Next(4)}", Land: $"l{random.Next(4)}")).ToList();
            var file = Encoding.UTF8.GetBytes("id,parent,country,city\n" + string.Concat(rows.Select(r => string.Join(',', r) + "\n")));
            var resource = $"keys/places-{i}.csv";
            await UploadAsync(resource, "town,note,land\n" + string.Concat(places.Select(p => $"{p.Town},\"a\nb\",{p.Land}\n")));
            var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true)
            {
                References = [new ReferencedFile("places", $"incoming/{resource}")],
            };
            var expected = Expected(rows, places.ToHashSet());

            foreach (var chunkBytes in (int[])[1 << 20, 2 * random.Next(1, 20), 2 * random.Next(20, 200)])
            {
                _pipeline.Settings.KeysInMemory = random.Next(1, 30);
                var outputs = await _pipeline.RunAsync(file, "foreign.csv", options with { ChunkBytes = chunkBytes }, Schema);
                var found = Rejects(outputs["rejects.csv"]);
                Assert.True(
                    expected.SequenceEqual(found),
                    $"file {i} in ranges of {chunkBytes} bytes:\n{Encoding.UTF8.GetString(file)}\nexpected " +
                    $"{string.Join(' ', expected)}\nfound {string.Join(' ', found)}");
            }
        }
    }

    [Fact]
    public async Task Reference_AsAJob_NamesTheValue()
    {
        await using var host = await CsvHost.StartAsync(azurite);
        await host.UploadAsync("keys/customers.csv", "id;name\n7;Ann\n08;Bob\n"u8.ToArray());
        var schema = JsonNode.Parse(
            """
            {"fields": [{"name": "order", "type": "integer"}, {"name": "customer", "type": "integer"}],
             "foreignKeys": [{"fields": "customer", "reference": {"resource": "incoming/keys/customers.csv", "fields": "id"}}]}
            """);

        var status = await host.RunAsync(
            "keys/orders.csv", "order,customer\n1,7\n2,9\n3,8\n4,\n"u8.ToArray(),
            new JsonObject { ["schema"] = schema, ["header"] = true });

        Assert.Equal((CsvJobState.Completed, null), (status.State, status.Error));
        Assert.Equal("order,customer\n1,7\n3,8\n4,\n", await host.ReadAsync(status, "clean.csv"));
        Assert.Equal(
            "row,line,field,code,message,raw\n2,3,customer,foreign-key," +
            "\"expected a value that stands in id of incoming/keys/customers.csv, found \"\"9\"\"\",\"2,9\"\n",
            await host.ReadAsync(status, "rejects.csv"));
    }

    [Theory]
    [InlineData("incoming/keys/nobody.csv", "There is no blob incoming/keys/nobody.csv")]
    [InlineData("nobody", "say which it is with the option references")]
    [InlineData("incoming/keys/other.csv", "It has no column \"land\"")]
    public async Task Reference_ThatCannotBeRead_FailsTheJobAndSaysWhy(string resource, string reason)
    {
        await UploadAsync("keys/other.csv", "a,b\n1,2\n");
        var schema = Schema.Replace("\"places\"", $"\"{resource}\"", StringComparison.Ordinal);

        var failure = await Assert.ThrowsAsync<CsvJobException>(
            () => _pipeline.RunAsync(
                "id,parent,country,city\n1,,a,b\n"u8.ToArray(), "foreign-fault.csv", new CsvJobOptions(Header: true), schema));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KilledAtEveryWrite_TheReferenceIsCollectedOnce()
    {
        var file = "id,parent,country,city\n1,,l1,t1\n2,1,l1,t2\n3,9,l2,t2\n4,,l3,t3\n"u8.ToArray();
        await UploadAsync("keys/places-killed.csv", "town,note,land\nt1,a,l1\nt2,b,l2\nt3,c,l9\n");
        var options = new CsvJobOptions(Header: true, ChunkBytes: 16)
        {
            References = [new ReferencedFile("places", "incoming/keys/places-killed.csv")],
        };
        var kills = 0;
        foreach (var arrives in (bool[])[false, true])
        {
            for (var write = 1; ; write++)
            {
                var writer = new DyingWriter(write, arrives);
                _pipeline.Settings.KeysInMemory = 2;
                _pipeline.Dying = writer.Open(azurite.ConnectionString);
                var outputs = await _pipeline.RunAsync(file, "foreign-killed.csv", options, Schema);
                Assert.Equal("id,parent,country,city\n1,,l1,t1\n", Encoding.UTF8.GetString(outputs["clean.csv"]));
                Assert.Equal(
                    [(2, "", "foreign-key"), (3, "parent", "foreign-key"), (4, "", "foreign-key")], Rejects(outputs["rejects.csv"]));
                if (!writer.HasDied) break;
                kills++;
            }
        }

        Assert.True(kills >= 6, $"{kills} kills");
    }

    private async Task UploadAsync(string path, string text) =>
        await (await azurite.Containers.GetAsync(Containers.Incoming)).GetBlobClient(path)
            .UploadAsync(BinaryData.FromString(text), overwrite: true);

    private static string[] Row(Random random) =>
    [
        random.Next(12) == 0 ? "x" : random.Next(30).ToString(CultureInfo.InvariantCulture),
        random.Next(4) switch { 0 => "", 1 => $"{random.Next(30)}.0", _ => $"{random.Next(30)}" },
        random.Next(5) == 0 ? "" : $"l{random.Next(4)}",
        random.Next(5) == 0 ? $" t{random.Next(4)} " : $"t{random.Next(4)}",
    ];

    private static List<(long Row, string Field, string Code)> Expected(List<string[]> rows, HashSet<(string Town, string Land)> places)
    {
        // Records that are rejected for their values have no keys, and nobody can refer to them.
        var ids = rows.Where(r => r[0] != "x").Select(r => decimal.Parse(r[0], CultureInfo.InvariantCulture)).ToHashSet();
        var (expected, seen) = (new List<(long, string, string)>(), new HashSet<string>());
        foreach (var (index, row) in rows.Index())
        {
            if (row[0] == "x") expected.Add((index + 1, "id", "type-error"));
            else if (!seen.Add(row[0])) expected.Add((index + 1, "id", "primary-key"));
            else if (row[1].Length > 0 && !ids.Contains(decimal.Parse(row[1], CultureInfo.InvariantCulture)))
                expected.Add((index + 1, "parent", "foreign-key"));
            else if (row[2].Length > 0 && !places.Contains((row[3].Trim(), row[2]))) expected.Add((index + 1, "", "foreign-key"));
        }

        return expected;
    }

    private static List<(long Row, string Field, string Code)> Rejects(byte[] csv)
    {
        var found = new List<(long, string, string)>();
        NaiveCsv.Read(csv, (in CsvRecord r) =>
        {
            if (r.Row == 1) return;
            var row = long.Parse(Encoding.UTF8.GetString(r[0]), CultureInfo.InvariantCulture);
            found.Add((row, Encoding.UTF8.GetString(r[2]), Encoding.UTF8.GetString(r[3])));
        });
        return found;
    }
}
