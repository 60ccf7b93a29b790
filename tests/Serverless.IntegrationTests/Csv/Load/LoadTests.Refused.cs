using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Records that a table first refuses when all of them are loaded are rejected alone, in any range.</summary>
public sealed partial class LoadTests
{
    private const int Many = 2_000;

    /// <summary>A table's definition, the records that it refuses of <see cref="Many"/>, and the beginning of the message.</summary>
    public static TheoryData<string, string, string, string> Refusing => new()
    {
        { "(id int PRIMARY KEY, k int, l int)", "7 = 5,1,1; 1900 = 5,1,1", "1900", "duplicate key value violates unique constraint" },
        {
            "(id int, k int, l int); CREATE UNIQUE INDEX ON {0} (k) WHERE l = 9", "3 = 1,5,9; 4 = 1,5,8; 1500 = 1,5,9", "1500",
            "duplicate key"
        },
        { "(id int, k int, l int); CREATE UNIQUE INDEX ON {0} (abs(k))", "3 = 3,1000000,0; 1500 = 4,-1000000,0", "1500", "duplicate key" },
        {
            "(id int, k int, l int, EXCLUDE USING gist (int4range(k, l) WITH &&) WHERE (l > 0))",
            "9 = 0,10,20; 10 = 0,20,30; 1800 = 0,15,25", "1800", "conflicting key value violates exclusion constraint"
        },
        {
            "(id int, k int UNIQUE DEFERRABLE INITIALLY DEFERRED, l int)", "1 = 1,7777,0; 1400 = 2,7777,0; 1900 = 3,7777,0", "1400,1900",
            "duplicate key"
        },
        {
            "(id int, k int, l int, EXCLUDE USING btree (k WITH =) DEFERRABLE INITIALLY DEFERRED)", "1 = 1,7777,0; 1400 = 2,7777,0", "1400",
            "conflicting key value"
        },
        {
            "(id int, k int, l int, FOREIGN KEY (k, l) REFERENCES {0}_other MATCH FULL)", "8 = 1,,5; 900 = 1,1,1; 1999 = 2,6,", "8,1999",
            "insert or update on table"
        },
        {
            "(id int, k int, l int); CREATE TRIGGER no BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION refuse()",
            "2 = 2,-1,0; 1700 = 3,-1,0", "2,1700", "k is -1, which nobody wants"
        },
        {
            "(id int, k int, l int); CREATE CONSTRAINT TRIGGER late AFTER INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION refuse()",
            "1 = 2,-1,0; 2000 = 3,-1,0", "1,2000", "k is -1, which nobody wants"
        },
        {
            "(id int, k int, l int) PARTITION BY RANGE (k); CREATE TABLE {0}_1 PARTITION OF {0} (UNIQUE (k)) FOR VALUES FROM (0) TO (5000)",
            "6 = 1,-5,0; 1600 = 2,1999,0; 1999 = 3,1999,0", "6,1999", ""
        },
        { "(id int PRIMARY KEY, k int REFERENCES {0}, l int UNIQUE)", "5 = 1,11900,-1; 2000 = 2,1,-1; 1000 = 3,2,0", "1000,2000", "" },
        { "(id int PRIMARY KEY, k int REFERENCES {0}, l int)", "5 = -1,-2,0; 2000 = -2,-1,0; 1000 = 3,-99,0; 9 = 4,3,0", "9,1000", "" },
        { "(id int, k int, l int); CREATE INDEX ON {0} ((repeat(md5(k::text), l)))", "1800 = 1,1,100000", "1800", "index row" },
    };

    [PostgresTheory]
    [MemberData(nameof(Refusing))]
    public async Task Load_WhatOnlyTheWholeLoadShows_RejectsTheRecordsAlone(string columns, string changes, string refused, string message)
    {
        var table = "whole_" + Guid.NewGuid().ToString("N")[..8];
        await _postgres.ExecuteAsync($"""
            CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN IF NEW.k = -1 THEN RAISE EXCEPTION ''k is %, which nobody wants'', NEW.k USING ERRCODE = ''U0001''; END IF;
                 RETURN NEW; END';
            CREATE TABLE {table}_other (k int, l int, PRIMARY KEY (k, l));
            INSERT INTO {table}_other SELECT n, n FROM generate_series(1, 5000) n;
            CREATE TABLE {table} {columns.Replace("{0}", table, StringComparison.Ordinal)};
            """);
        var records = Enumerable.Range(1, Many)
            .Select(i => IsOwn(columns) ? $"{i + 10_000},,{i + 10_000}" : $"{i + 10_000},{i},{-i}").ToList();
        if (columns.Contains("MATCH FULL", StringComparison.Ordinal)) records = [.. records.Select((_, i) => $"{i},{i + 1},{i + 1}")];
        foreach (var change in changes.Split("; "))
        {
            var (row, record) = (change.Split(" = ")[0], change.Split(" = ")[1]);
            records[int.Parse(row, CultureInfo.InvariantCulture) - 1] = record;
        }

        var options = Options(table, Pairs);
        options["chunkBytes"] = 4096;
        await using var host = await StartAsync();

        var job = await host.RunAsync(
            $"load/{table}.csv", Encoding.UTF8.GetBytes("id,k,l\n" + string.Join('\n', records) + "\n"), options);

        Assert.Equal((CsvJobState.Completed, null), (job.State, job.Error));
        var expected = refused.Split(',').Select(r => int.Parse(r, CultureInfo.InvariantCulture)).ToList();
        var rejects = (await host.ReadAsync(job, "rejects.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Equal(expected, rejects.Select(r => int.Parse(r.Split(',')[0], CultureInfo.InvariantCulture)));
        Assert.All(rejects, r => Assert.Contains(",database-constraint,", r, StringComparison.Ordinal));
        Assert.All(rejects, r => Assert.Contains(message, r, StringComparison.Ordinal));
        var kept = records.Where((_, i) => !expected.Contains(i + 1)).ToList();
        Assert.Equal("id,k,l\n" + string.Join('\n', kept) + "\n", await host.ReadAsync(job, "clean.csv"));
        Assert.Equal(
            kept.Order(StringComparer.Ordinal),
            (await _postgres.ReadAsync($"SELECT concat_ws(',', id, coalesce(k::text, ''), coalesce(l::text, '')) FROM {table}"))
                .Order(StringComparer.Ordinal));
        Assert.Equal((Many, kept.Count, expected.Count), (job.Total, job.Accepted, job.Rejected));
        var summary = JsonNode.Parse(await host.ReadAsync(job, "summary.json"))!;
        Assert.Equal(
            (Many, kept.Count, expected.Count),
            (summary["rows"]!.GetValue<int>(), summary["accepted"]!.GetValue<int>(), summary["rejected"]!.GetValue<int>()));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Load_KeyRepeatedAcrossRanges_RejectsTheLaterInEveryMode()
    {
        await _postgres.ExecuteAsync(
            "CREATE TABLE far (id int PRIMARY KEY, v text UNIQUE); INSERT INTO far VALUES (-1, 'old'), (-2, 'v1')");
        var file = "id,v\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"{i},v{(i == 1_990 ? 5 : i)}\n"));
        await using var host = await StartAsync();

        // What is there goes with a replacement, and stands in the way of an upsert.
        foreach (var (mode, expected) in ((string, string[])[])[("replace", ["1990"]), ("upsert", ["1990"])])
        {
            var options = Options("far", Integers, mode, mode == "upsert" ? "id" : null);
            options["chunkBytes"] = 4096;
            var job = await host.RunAsync($"load/far-{mode}.csv", Encoding.UTF8.GetBytes(file), options);

            Assert.Equal((CsvJobState.Completed, null, 1_999, 1), (job.State, job.Error, job.Accepted, job.Rejected));
            Assert.Contains(
                "1991,1992,v,database-constraint,\"duplicate key value violates unique constraint \"\"far_v_key\"\"",
                await host.ReadAsync(job, "rejects.csv"), StringComparison.Ordinal);
            Assert.Equal(["1999|1997010"], await _postgres.ReadAsync("SELECT count(*), sum(id) FROM far"));
        }

        await _postgres.ExecuteAsync("DELETE FROM far; INSERT INTO far VALUES (-2, 'v1')");
        var upsert = Options("far", Integers, "upsert", "id");
        upsert["chunkBytes"] = 4096;
        upsert["maxRejectedRatio"] = 0.0001;
        var failed = await host.RunAsync("load/far-ratio.csv", Encoding.UTF8.GetBytes(file), upsert);

        Assert.Equal(CsvJobState.Failed, failed.State);
        Assert.Contains("maxRejectedRatio", failed.Error, StringComparison.Ordinal);
        Assert.Equal(["-2|v1"], await _postgres.ReadAsync("SELECT * FROM far"));
        await Eventually.TrueAsync(async () => (await Leftovers()).Count == 0);
    }

    [PostgresFact]
    public async Task Load_RowsThatCameMeanwhile_RejectWhatRepeatsThem()
    {
        await _postgres.ExecuteAsync("CREATE TABLE meanwhile (id int PRIMARY KEY, v text)");
        var came = 0;
        var hook = new UploadHook(azurite.ConnectionString, path =>
        {
            // The report is staged by the commit, when all ranges are loaded and checked: one row comes before each of the first three.
            if (path.EndsWith("/report.html", StringComparison.Ordinal) && Interlocked.Increment(ref came) is <= 3 and var id)
                _postgres.ExecuteAsync($"INSERT INTO meanwhile VALUES ({id * 500}, 'theirs')").GetAwaiter().GetResult();
        });
        var options = Options("meanwhile", Integers);
        options["chunkBytes"] = 4096;
        var file = "id,v\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"{i},some text\n"));
        await using var host = await StartAsync(hook.Register);

        var job = await host.RunAsync("load/meanwhile.csv", Encoding.UTF8.GetBytes(file), options);

        Assert.Equal((CsvJobState.Completed, null, 1_997, 3), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(["2000|3"], await _postgres.ReadAsync("SELECT count(*), count(*) FILTER (WHERE v = 'theirs') FROM meanwhile"));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Load_RefusedAtItsEndAndKilledAtEveryWrite_LoadsEachOtherRecordOnce()
    {
        await _postgres.ExecuteAsync("CREATE TABLE load_refused (id int, v text UNIQUE)");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [KeyValuePair.Create<string, string?>("ConnectionStrings:postgres", _postgres.ConnectionString)]).Build();
        await using var connections = new LoadConnections(configuration);
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 16)
        {
            Load = new LoadOptions("postgres", "load_refused", LoadMode.Append, [], Create: false),
        };
        var kills = 0;
        foreach (var arrives in (bool[])[false, true])
        {
            for (var write = 1; ; write++, kills++)
            {
                await _postgres.ExecuteAsync("DELETE FROM load_refused");
                var writer = new DyingWriter(write, arrives);
                var pipeline = new Jobs.CsvPipeline(azurite, connections: connections) { Dead = writer };

                var outputs = await pipeline.RunAsync(
                    "id,v\n1,a\nx,b\n3,c\n4,a\n5,e\n6,c\n"u8.ToArray(), "load/refused-job.csv", options, Integers);

                Assert.Equal(["1|a", "3|c", "5|e"], await _postgres.ReadAsync("SELECT * FROM load_refused ORDER BY id"));
                Assert.Equal("id,v\n1,a\n3,c\n5,e\n", Encoding.UTF8.GetString(outputs["clean.csv"]));
                Assert.Equal(4, Encoding.UTF8.GetString(outputs["rejects.csv"]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
                if (!writer.HasDied) break;
            }
        }

        Assert.True(kills > 50, $"{kills} kills");
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Load_HostKilledWhileTheTableRefuses_LoadsEveryOtherRecordOnce()
    {
        await _postgres.ExecuteAsync(
            "CREATE TABLE killed_late (id int PRIMARY KEY, v text); CREATE UNIQUE INDEX ON killed_late ((id % 19000))");

        var job = await KillAsync("killed_late", seed: 5);

        Assert.Equal((CsvJobState.Completed, null, 19_000, 1_000), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(["19000|19000|0"], await _postgres.ReadAsync("SELECT count(*), max(id) + 1, min(id) FROM killed_late"));
        Assert.Empty(await Leftovers());
    }

    private static bool IsOwn(string columns) => columns.Contains("k int REFERENCES {0},", StringComparison.Ordinal);
}
