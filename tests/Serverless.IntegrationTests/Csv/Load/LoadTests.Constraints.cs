using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Constraints that hold rows against each other reject records too, or are named before anything is read.</summary>
public sealed partial class LoadTests
{
    private const string Pairs =
        """{"fields":[{"name":"id","type":"integer"},{"name":"k","type":"integer"},{"name":"l","type":"integer"}]}""";

    [PostgresFact]
    public async Task Load_KeyInWhichMissingValuesAreAlike_RejectsWhatRepeatsIt()
    {
        await _postgres.ExecuteAsync("""
            CREATE TABLE alike (id int, k int, l int, UNIQUE NULLS NOT DISTINCT (k, l));
            CREATE UNIQUE INDEX ON alike (id) NULLS NOT DISTINCT;
            INSERT INTO alike VALUES (0, NULL, 1);
            """);
        await using var host = await StartAsync();

        var job = await host.RunAsync(
            "load/alike.csv", "id,k,l\n1,,1\n2,,2\n3,,2\n4,5,5\n5,5,5\n6,,\n7,,\n,8,\n,9,\n"u8.ToArray(), Options("alike", Pairs));

        Assert.Equal((CsvJobState.Completed, null, 4, 5), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(
            ["0|~|1", "2|~|2", "4|5|5", "6|~|~", "~|8|~"], await _postgres.ReadAsync("SELECT * FROM alike ORDER BY id"));
        var rejects = await host.ReadAsync(job, "rejects.csv");
        Assert.Contains("the table has a row with this key (\"\"alike_k_l_key\"\", in which missing", rejects, StringComparison.Ordinal);
        Assert.Contains("3,4,,database-constraint,\"an earlier record has the same key", rejects, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Load_UpsertOfRecordsWithoutAKey_KeepsAllOfThem()
    {
        await _postgres.ExecuteAsync("""
            CREATE TABLE keyless (id int UNIQUE, k int, l int);
            CREATE TABLE keyed (id int UNIQUE NULLS NOT DISTINCT, k int, l int);
            """);
        await using var host = await StartAsync();
        var file = "id,k,l\n1,1,1\n,2,2\n,3,3\n1,4,4\n"u8.ToArray();

        await host.RunAsync("load/keyless.csv", file, Options("keyless", Pairs, "upsert", key: "id"));
        await host.RunAsync("load/keyed.csv", file, Options("keyed", Pairs, "upsert", key: "id"));

        Assert.Equal(["1|4|4", "~|2|2", "~|3|3"], await _postgres.ReadAsync("SELECT * FROM keyless ORDER BY id, k"));
        Assert.Equal(["1|4|4", "~|3|3"], await _postgres.ReadAsync("SELECT * FROM keyed ORDER BY id, k"));
    }

    [PostgresFact]
    public async Task Load_UpsertByADeferrableKey_IsRefusedBeforeAnythingIsRead()
    {
        await _postgres.ExecuteAsync("CREATE TABLE deferred (id int CONSTRAINT late UNIQUE DEFERRABLE, k int, l int)");
        await using var host = await StartAsync();

        var job = await host.RunAsync("load/obstacle.csv", "id,k,l\n1,1,1\n"u8.ToArray(), Options("deferred", Pairs, "upsert", key: "id"));

        Assert.Contains("but \"late\", which is deferrable and cannot serve an upsert", job.Error, StringComparison.Ordinal);
        Assert.Null(job.Total);
    }

    [PostgresFact]
    public async Task Load_DeferredKey_RejectsWhatRepeatsIt()
    {
        await _postgres.ExecuteAsync("""
            CREATE TABLE later (id int UNIQUE DEFERRABLE INITIALLY DEFERRED, k int, l int); INSERT INTO later VALUES (1, 0, 0);
            """);
        await using var host = await StartAsync();

        var job = await host.RunAsync("load/later.csv", "id,k,l\n1,1,1\n2,2,2\n2,3,3\n"u8.ToArray(), Options("later", Pairs));

        Assert.Equal((CsvJobState.Completed, 1, 2), (job.State, job.Accepted, job.Rejected));
        Assert.Equal(["1|0|0", "2|2|2"], await _postgres.ReadAsync("SELECT * FROM later ORDER BY id"));
    }

    [PostgresFact]
    public async Task Load_TableThatRefersToItself_TakesRecordsWhoseRowsComeInLaterRanges()
    {
        await _postgres.ExecuteAsync("CREATE TABLE trees (id int PRIMARY KEY, k int REFERENCES trees, l int)");
        var schema = JsonNode.Parse(Pairs)!;
        schema["foreignKeys"] = JsonNode.Parse("""[{"fields":"k","reference":{"resource":"","fields":"id"} }]""");
        var file = "id,k,l\n" + string.Concat(Enumerable.Range(1, 2_000).Select(i => $"{i},{i + 1},0\n")) + "2001,,0\n2002,9999,0\n";
        await using var host = await StartAsync();

        foreach (var mode in (string[])["append", "replace", "upsert"])
        {
            var options = Options("trees", schema.ToJsonString(), mode, mode == "upsert" ? "id" : null);
            options["chunkBytes"] = 4096;
            var job = await host.RunAsync($"load/trees-{mode}.csv", Encoding.UTF8.GetBytes(file), options);

            Assert.Equal((CsvJobState.Completed, null, 2_001, 1), (job.State, job.Error, job.Accepted, job.Rejected));
            Assert.Equal(["2001|2003000"], await _postgres.ReadAsync("SELECT count(*), sum(k) FROM trees"));
        }
    }
}
