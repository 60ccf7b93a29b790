using System.Text;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Records that refer to others of their table: what is refused takes those with it that need it, and no more.</summary>
public sealed partial class LoadTests
{
    [PostgresFact]
    public async Task Load_CirclesOfWhichOneRecordIsRefused_RejectsTheseCirclesAlone()
    {
        await _postgres.ExecuteAsync("""
            CREATE TABLE circles (id int PRIMARY KEY, k int REFERENCES circles, l int);
            CREATE UNIQUE INDEX ON circles (abs(l));
            INSERT INTO circles VALUES (500, NULL, 77);
            """);

        // 1 > 2 > 3 > 1 is whole, and 4 hangs on it. In 5 > 6 > 5 the latter repeats a value, and 7 hangs on that; 8 > 9 > 8 repeat each
        // other's. 10 refers to itself, and 11 does not: it refers to a row that was there.
        const string records = "1,2,1\n2,3,2\n3,1,3\n4,3,4\n5,6,5\n6,5,77\n7,6,7\n8,9,8\n9,8,8\n10,10,10\n11,500,11\n";
        var job = await RunAsync("circles", records);

        Assert.Equal((CsvJobState.Completed, null, 6, 5), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(["1", "2", "3", "4", "10", "11", "500"], await _postgres.ReadAsync("SELECT id FROM circles ORDER BY id"));
        var rejects = await ReadRejectsAsync(job);
        Assert.Equal(["5", "6", "7", "8", "9"], rejects.Keys);
        Assert.Contains("Key (k)=(6) is not present in table", rejects["5"], StringComparison.Ordinal);
        Assert.Contains("Key (abs(l))=(77) already exists", rejects["6"], StringComparison.Ordinal);
        Assert.Contains("Key (k)=(6) is not present in table", rejects["7"], StringComparison.Ordinal);

        // Each of them alone is only said to miss the other, which is there.
        Assert.All(["8", "9"], r => Assert.Contains("circles_abs_idx", rejects[r], StringComparison.Ordinal));
        Assert.Empty(await Leftovers());
    }

    [PostgresFact]
    public async Task Load_SeveralKeysToTheSameTable_RejectsWhatNeedsWhatIsRefused()
    {
        await _postgres.ExecuteAsync(
            "CREATE TABLE graph (id int PRIMARY KEY, k int REFERENCES graph, l int REFERENCES graph); INSERT INTO graph VALUES (7)");

        // 5 > 4, 3 and 3 > 2 and 2 > 6: later ones. 1 refers to nothing, 8 and 9 are in a circle with each other that needs 1, 7 was there.
        const string records = "5,4,3\n4,,\n3,2,\n2,,6\n6,7,\n1,99,\n8,9,1\n9,,8\n7,,\n10,11,10\n11,10,4\n";
        var job = await RunAsync("graph", records);

        Assert.Equal((CsvJobState.Completed, null, 7, 4), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(["2", "3", "4", "5", "6", "7", "10", "11"], await _postgres.ReadAsync("SELECT id FROM graph ORDER BY id"));
        Assert.Equal(["6", "7", "8", "9"], (await ReadRejectsAsync(job)).Keys);
    }

    [PostgresFact]
    public async Task Load_ManyRecordsThatReferToOthers_AreThoseThatASearchFinds()
    {
        await _postgres.ExecuteAsync(
            "CREATE TABLE web (id int PRIMARY KEY, k int REFERENCES web, l int REFERENCES web); " +
            "CREATE UNIQUE INDEX ON web ((id % 990))");
        var random = new Random(5);
        var rows = Enumerable.Range(1, 1_000).Select(id => (Id: id, K: Pick(), L: Pick())).ToList();

        var job = await RunAsync("web", string.Concat(rows.Select(r => $"{r.Id},{r.K},{r.L}\n")));

        // Eleven repeat the key of another, whichever of both: what is there is closed, and nothing that could be there is missing.
        Assert.Equal((CsvJobState.Completed, null), (job.State, job.Error));
        var kept = (await _postgres.ReadAsync("SELECT id FROM web")).Select(int.Parse).ToHashSet();
        Assert.Equal(kept.Count, job.Accepted);
        Assert.True(kept.Count is > 500 and < 991, $"{kept.Count} rows");
        Assert.All(rows.Where(r => !kept.Contains(r.Id)), r => Assert.True(
            IsMissing(r.K) || IsMissing(r.L) || kept.Any(k => k % 990 == r.Id % 990), $"{r} was refused without a reason."));

        int? Pick() => random.Next(4) == 0 ? random.Next(1, 1_001) : null;

        bool IsMissing(int? other) => other is { } id && !kept.Contains(id);
    }

    // A range a few records long, so that most refer to others of another range.
    private async Task<CsvJobStatus> RunAsync(string table, string records, string mode = "append", string? key = null, int chunkBytes = 16)
    {
        _host ??= await StartAsync();
        var options = Options(table, Pairs, mode, key);
        options["chunkBytes"] = chunkBytes;
        return await _host.RunAsync($"load/{table}-{Guid.NewGuid():N}.csv", Encoding.UTF8.GetBytes("id,k,l\n" + records), options);
    }

    // By row.
    private async Task<Dictionary<string, string>> ReadRejectsAsync(CsvJobStatus job) =>
        (await _host!.ReadAsync(job, "rejects.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]
            .ToDictionary(line => line.Split(',')[0], line => line.Replace("\"\"", "\"", StringComparison.Ordinal));
}
