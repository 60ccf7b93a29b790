using System.Text;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Mending;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Mended records go into the table that the others went into.</summary>
public sealed partial class LoadTests
{
    private static readonly Type[] Mending =
        [typeof(CsvMend), typeof(MendOrchestrator), typeof(StageMend), typeof(CommitMend), typeof(FailMend)];

    [PostgresFact]
    public async Task Mend_RecordsGoIntoTheTable_AndWhatItRefusesStaysAReject()
    {
        await _postgres.ExecuteAsync("CREATE TABLE mended (id int PRIMARY KEY, v text CHECK (v <> 'bad'))");
        await using var host = await CsvHost.StartAsync(
            azurite, settings: new() { ["ConnectionStrings:postgres"] = _postgres.ConnectionString }, functions: Mending);
        var job = await host.RunAsync("load/mended.csv", "id,v\n1,a\nx,b\ny,c\n4,d\nz,e\n"u8.ToArray(), Options("mended", Integers));

        job = await MendAsync(
            host, job.Id, """[{"row":2,"raw":"2,bad"},{"row":3,"raw":"1,c"},{"row":5,"raw":"5,e"}]""", rounds: 1);
        Assert.Equal((null, 1, 2), (job.Mended![0].Error, (int)job.Mended[0].Accepted, (int)job.Mended[0].Rejected));
        Assert.Equal(["1|a", "4|d", "5|e"], await _postgres.ReadAsync("SELECT * FROM mended ORDER BY id"));
        Assert.Equal(2, (await host.ReadAsync(job, "rejects.csv")).Split("database-constraint").Length - 1);

        // What the table refused is looked at again when it is sent again: the row that was in its way is gone.
        await _postgres.ExecuteAsync("DELETE FROM mended WHERE id = 1");
        job = await MendAsync(host, job.Id, """[{"row":2,"raw":"2,b"},{"row":3,"raw":"1,c"}]""", rounds: 2);

        Assert.Equal((null, 2), (job.Mended![1].Error, (int)job.Mended[1].Accepted));
        Assert.Equal(["1|c", "2|b", "4|d", "5|e"], await _postgres.ReadAsync("SELECT * FROM mended ORDER BY id"));
        Assert.Equal("id,v\n1,a\n2,b\n1,c\n4,d\n5,e\n", await host.ReadAsync(job, "clean.csv"));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Mend_WhatOnlyTheWholeRoundShows_LeavesThoseRecordsAsRejects()
    {
        await _postgres.ExecuteAsync("CREATE TABLE remended (id int, v text); CREATE UNIQUE INDEX ON remended (lower(v)) WHERE id > 0");
        await using var host = await CsvHost.StartAsync(
            azurite, settings: new() { ["ConnectionStrings:postgres"] = _postgres.ConnectionString }, functions: Mending);
        var job = await host.RunAsync(
            "load/remended.csv", "id,v\n1,a\nx,b\ny,c\n4,d\nz,e\n"u8.ToArray(), Options("remended", Integers));

        job = await MendAsync(
            host, job.Id, """[{"row":2,"raw":"2,D"},{"row":3,"raw":"3,new"},{"row":5,"raw":"5,New"}]""", rounds: 1);

        Assert.Equal((null, 1, 2), (job.Mended![0].Error, (int)job.Mended[0].Accepted, (int)job.Mended[0].Rejected));
        Assert.Equal(["1|a", "3|new", "4|d"], await _postgres.ReadAsync("SELECT * FROM remended ORDER BY id"));
        Assert.Equal("id,v\n1,a\n3,new\n4,d\n", await host.ReadAsync(job, "clean.csv"));
        var rejects = (await host.ReadAsync(job, "rejects.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Equal(["2", "5"], rejects.Select(r => r.Split(',')[0]));
        Assert.All(rejects, r => Assert.Contains("database-constraint,\"duplicate key value", r, StringComparison.Ordinal));
        Assert.Empty(await Leftovers());

        // A round of which the table takes nothing ends, too.
        job = await MendAsync(host, job.Id, """[{"row":2,"raw":"2,D"}]""", rounds: 2);
        Assert.Equal((null, 0, 1), (job.Mended![1].Error, (int)job.Mended[1].Accepted, (int)job.Mended[1].Rejected));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Mend_RoundIsSeenToHaveEnded_OnlyWhenItHasLeftNothing()
    {
        await _postgres.ExecuteAsync("CREATE TABLE mend_ended (id int PRIMARY KEY, v text)");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [KeyValuePair.Create<string, string?>("ConnectionStrings:postgres", _postgres.ConnectionString)]).Build();
        await using var connections = new LoadConnections(configuration);
        var pipeline = new MendPipeline(azurite, connections);
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true)
        {
            Load = new LoadOptions("postgres", "mend_ended", LoadMode.Append, [], Create: false),
        };
        var (folder, _) = await pipeline.RunAsync("id,v\n1,a\nx,b\n", "mend/load-ended.csv", options, Integers);
        var task = await pipeline.BeginAsync(folder, """[{"row":2,"raw":"1,b"}]""");
        await pipeline.StageAsync(task, azurite.Containers);
        var table = Assert.Single(await Leftovers(), name => name.EndsWith("_refused", StringComparison.Ordinal));

        // Who reads a table keeps it from being dropped.
        Task<long> commit;
        await using (var reader = new NpgsqlConnection(_postgres.ConnectionString))
        {
            await reader.OpenAsync();
            await using var transaction = await reader.BeginTransactionAsync();
            await using var read = new NpgsqlCommand($"SELECT count(*) FROM {table}", reader);
            await read.ExecuteScalarAsync();
            commit = pipeline.CommitAsync(task, azurite.Containers);
            await Eventually.TrueAsync(
                async () => (await _postgres.ReadAsync("SELECT 1 FROM pg_locks WHERE NOT granted")).Count > 0 || commit.IsCompleted);

            Assert.Equal(task.Round.Id, await pipeline.FindMendingAsync(folder));
        }

        Assert.Equal(0, await commit);
        Assert.Null(await pipeline.FindMendingAsync(folder));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public Task Mend_AfterUpsert_OverwritesTheRowWithTheKey() => MendAsync("upsert", create: false, ["1|a", "9|b"]);

    [PostgresFact]
    public Task Mend_AfterReplace_KeepsWhatTheJobHasLoaded() => MendAsync("replace", create: false, ["1|a", "9|b"]);

    [PostgresFact]
    public Task Mend_AfterTheTableWasMade_GoesIntoIt() => MendAsync("append", create: true, ["1|a", "9|b"]);

    private async Task MendAsync(string mode, bool create, string[] expected)
    {
        var table = $"mended_{mode}";
        if (!create)
            await _postgres.ExecuteAsync($"CREATE TABLE {table} (id int PRIMARY KEY, v text); INSERT INTO {table} VALUES (9, 'old')");
        await using var host = await CsvHost.StartAsync(
            azurite, settings: new() { ["ConnectionStrings:postgres"] = _postgres.ConnectionString }, functions: Mending);
        var options = Options(table, Integers, mode, mode == "upsert" ? "id" : null, create);
        var job = await host.RunAsync($"load/mended-{mode}.csv", "id,v\n1,a\nx,b\n"u8.ToArray(), options);

        job = await MendAsync(host, job.Id, """[{"row":2,"raw":"9,b"}]""", rounds: 1);

        Assert.Null(job.Mended![0].Error);
        Assert.Equal(expected, await _postgres.ReadAsync($"SELECT * FROM {table} ORDER BY id"));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Mend_WhenTheTableIsGone_ChangesNothingAndSaysSo()
    {
        await _postgres.ExecuteAsync("CREATE TABLE gone (id int PRIMARY KEY, v text)");
        await using var host = await CsvHost.StartAsync(
            azurite, settings: new() { ["ConnectionStrings:postgres"] = _postgres.ConnectionString }, functions: Mending);
        var job = await host.RunAsync("load/gone.csv", "id,v\n1,a\nx,b\n"u8.ToArray(), Options("gone", Integers));
        await _postgres.ExecuteAsync("DROP TABLE gone");

        job = await MendAsync(host, job.Id, """[{"row":2,"raw":"2,b"}]""", rounds: 1);

        Assert.Contains("There is no table public.gone", job.Mended![0].Error, StringComparison.Ordinal);
        Assert.Equal("id,v\n1,a\n", await host.ReadAsync(job, "clean.csv"));
    }

    [PostgresFact]
    public async Task Mend_KilledAtEveryWrite_LoadsEachRecordOnce()
    {
        await _postgres.ExecuteAsync(
            "CREATE TABLE mend_killed (id int, v text); CREATE UNIQUE INDEX ON mend_killed (lower(v)) WHERE id > 0");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [KeyValuePair.Create<string, string?>("ConnectionStrings:postgres", _postgres.ConnectionString)]).Build();
        await using var connections = new LoadConnections(configuration);
        var pipeline = new MendPipeline(azurite, connections);
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 8)
        {
            Load = new LoadOptions("postgres", "mend_killed", LoadMode.Append, [], Create: false),
        };
        var kills = 0;
        foreach (var arrives in (bool[])[false, true])
        {
            for (var write = 1; ; write++, kills++)
            {
                await _postgres.ExecuteAsync("DELETE FROM mend_killed");
                var (folder, _) = await pipeline.RunAsync("id,v\n1,a\nx,b\n3,c\ny,d\nz,e\n", "mend/load-killed.csv", options, Integers);
                var task = await pipeline.BeginAsync(folder, """[{"row":2,"raw":"2,b"},{"row":4,"raw":"z,d"},{"row":5,"raw":"5,B"}]""");
                var writer = new DyingWriter(write, arrives);
                var containers = writer.Open(azurite.ConnectionString);
                await Record.ExceptionAsync(() => pipeline.RunAsync(task, containers));
                if (!writer.HasDied) break;

                await pipeline.RunAsync(task, azurite.Containers);

                Assert.Equal(["1|a", "2|b", "3|c"], await _postgres.ReadAsync("SELECT * FROM mend_killed ORDER BY id"));
                Assert.Equal("id,v\n1,a\n2,b\n3,c\n", Encoding.UTF8.GetString((await pipeline.ReadAsync(folder))["clean.csv"]));
            }
        }

        Assert.True(kills > 30, $"{kills} kills");
        Assert.Empty(await Leftovers());
    }

    private static async Task<CsvJobStatus> MendAsync(CsvHost host, string id, string body, int rounds)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync($"csv/{id}/rejects", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        CsvJobStatus? job = null;
        await Eventually.TrueAsync(async () => (job = await host.FindAsync(id)).Mending is null && job.Mended?.Count == rounds);
        return job!;
    }
}
