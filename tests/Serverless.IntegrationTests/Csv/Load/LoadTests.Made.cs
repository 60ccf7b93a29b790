using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Tables that a load makes, and hosts that are killed while they load.</summary>
public sealed partial class LoadTests
{
    [PostgresFact]
    public async Task Load_TableThatIsMade_IsSeenWithAllItsRowsOnly()
    {
        // Within quotes stands what looks like records, and is taken for such where a range begins there.
        const string schema = """{"fields":[{"name":"id","type":"integer"},{"name":"v","type":"string"}],"primaryKey":["id"]}""";
        var lines = string.Concat(Enumerable.Range(0, 40).Select(i => $"\n{i},x"));
        var file = "id,v\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},\"{lines}\"\n"));
        var options = Options("fresh", schema, create: true);
        options["chunkBytes"] = 4096;
        var seen = new List<string>();
        var hook = new UploadHook(azurite.ConnectionString, path =>
        {
            if (!UploadHook.IsStatistics(path)) return;
            var tables = _postgres.ReadAsync("SELECT tablename FROM pg_tables WHERE tablename = 'fresh'").GetAwaiter().GetResult();
            lock (seen) seen.AddRange(tables);
        });
        await using var host = await StartAsync(hook.Register);

        var job = await host.RunAsync("load/fresh.csv", Encoding.UTF8.GetBytes(file), options);

        Assert.Equal((CsvJobState.Completed, null, 500), (job.State, job.Error, job.Accepted));
        Assert.True(JsonNode.Parse(await host.ReadAsync(job, "summary.json"))!["chunksReadTwice"]!.GetValue<int>() > 0);
        Assert.Empty(seen);
        Assert.Equal(["500|124750|500"], await _postgres.ReadAsync("SELECT count(*), sum(id), count(DISTINCT id) FROM fresh"));
        Assert.Equal(
            ["fresh_pkey|PRIMARY KEY (id)"],
            await _postgres.ReadAsync("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'fresh'::regclass"));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Load_TableThatTwoJobsMake_HasTheRowsOfBoth()
    {
        await using var host = await StartAsync();
        var (first, second) = (Options("pair", Integers, create: true), Options("pair", Integers, create: true));

        var jobs = await Task.WhenAll(
            host.RunAsync("load/pair-1.csv", "id,v\n1,a\n2,b\n"u8.ToArray(), first),
            host.RunAsync("load/pair-2.csv", "id,v\n3,c\n"u8.ToArray(), second));

        Assert.All(jobs, job => Assert.Equal((CsvJobState.Completed, null), (job.State, job.Error)));
        Assert.Equal(["1|a", "2|b", "3|c"], await _postgres.ReadAsync("SELECT * FROM pair ORDER BY id"));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Load_TableMadeMeanwhileWithOtherColumns_FailsAndLeavesItAsItIs()
    {
        var made = 0;
        var hook = new UploadHook(azurite.ConnectionString, path =>
        {
            if (UploadHook.IsStatistics(path) && Interlocked.Exchange(ref made, 1) == 0)
                _postgres.ExecuteAsync("CREATE TABLE early (id bigint, v varchar(1))").GetAwaiter().GetResult();
        });
        await using var host = await StartAsync(hook.Register);

        var job = await host.RunAsync("load/early.csv", "id,v\n1,a\n"u8.ToArray(), Options("early", Integers, create: true));

        Assert.Equal(CsvJobState.Failed, job.State);
        Assert.Contains("public.early was made meanwhile, with other columns", job.Error, StringComparison.Ordinal);
        Assert.Empty(await _postgres.ReadAsync("SELECT * FROM early"));
        await Eventually.TrueAsync(async () => (await Leftovers()).Count == 0);
    }

    [PostgresFact]
    public async Task Load_HostKilledAtRandomPoints_LoadsEveryRecordOnce()
    {
        await _postgres.ExecuteAsync("CREATE TABLE killed (id int PRIMARY KEY CHECK (id % 1000 <> 7), v text)");

        var job = await KillAsync("killed", seed: 3);

        Assert.Equal((CsvJobState.Completed, 19_980, 20), (job.State, job.Accepted, job.Rejected));
        Assert.Equal(["19980|199799860"], await _postgres.ReadAsync("SELECT count(*), sum(id) FROM killed"));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Load_HostKilledWhileItMakesATable_LoadsEveryRecordOnce()
    {
        var job = await KillAsync("newborn", seed: 4);

        Assert.Equal((CsvJobState.Completed, null, 20_000, 0), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(["20000|199990000"], await _postgres.ReadAsync("SELECT count(*), sum(id) FROM newborn"));
        Assert.Empty(await Leftovers());
    }

    private async Task<CsvJobStatus> KillAsync(string table, int seed)
    {
        var file = "id,v\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},\"a\nb\"\n"));
        await using var host = await StartAsync();
        await host.UploadAsync($"load/{table}.schema.json", Encoding.UTF8.GetBytes(Integers));
        await host.UploadAsync($"load/{table}.csv", Encoding.UTF8.GetBytes(file));
        using var folder = new TemporaryFolder();
        string[] arguments =
            ["csv", folder.Path, azurite.ConnectionString, $"incoming/load/{table}.csv", "8192", _postgres.ConnectionString];
        var random = new Random(seed);
        var ids = new HashSet<string>();

        for (var kill = 0; kill < 4; kill++) await CrashProcess.KillAsync(arguments, random.Next(2, 20), Hear);
        await CrashProcess.EndAsync(arguments, Hear);
        return await host.FindAsync(Assert.Single(ids));

        void Hear(string line)
        {
            if (line.StartsWith("started ", StringComparison.Ordinal)) ids.Add(line["started ".Length..]);
        }
    }
}
