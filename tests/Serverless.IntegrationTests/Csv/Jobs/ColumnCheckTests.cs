using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.CsvParsing;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Sequences and deviations: whatever the ranges, what one reader from the start finds.</summary>
[Collection(AzuriteTests.Name)]
public sealed class ColumnCheckTests(AzuriteFixture azurite)
{
    private const string Schema = """
        {"fields": [{"name": "n", "type": "number"}, {"name": "t", "type": "number"}, {"name": "id", "type": "integer"}, {"name": "note"}],
         "x-checks": [{"type": "sequential-value", "fieldName": "n"}, {"type": "sequential-value", "fieldName": "id"},
                      {"type": "deviated-value", "fieldName": "t", "interval": 1.5}]}
        """;

    private readonly CsvPipeline _pipeline = new(azurite);

    [Fact]
    public async Task RandomFiles_AnyChunking_AreWhatOneReaderFinds()
    {
        var random = new Random(20261130);
        for (var i = 0; i < 12; i++)
        {
            var (n, id) = (random.Next(-20, 20), random.Next(-20, 20));
            var rows = Enumerable.Range(0, random.Next(1, 60)).Select(r => Row(random, n + r, id + r)).ToList();
            var file = Encoding.UTF8.GetBytes("n,t,id,note\n" + string.Concat(rows.Select(r => string.Join(',', r) + "\n")));
            var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true);
            var (rejects, deviated) = (Expected(rows), Deviated(rows));

            foreach (var chunkBytes in (int[])[1 << 20, 2 * random.Next(1, 20), 2 * random.Next(20, 200)])
            {
                var outputs = await _pipeline.RunAsync(file, "columns.csv", options with { ChunkBytes = chunkBytes }, Schema);
                var what = $"file {i} in ranges of {chunkBytes} bytes:\n{Encoding.UTF8.GetString(file)}";
                Assert.True(rejects.SequenceEqual(Rejects(outputs["rejects.csv"])), what);
                var warning = JobSummary.FromJson(outputs["summary.json"]).Warnings!
                    .SingleOrDefault(w => w.Contains("average", StringComparison.Ordinal)) ?? "";
                var named = warning[(warning.LastIndexOf(": ", StringComparison.Ordinal) + 1)..].TrimStart();
                Assert.True(named == deviated, what + warning);
            }
        }
    }

    [Fact]
    public async Task ValuesFarFromTheAverage_AsAJob_AreAWarning()
    {
        await using var host = await CsvHost.StartAsync(azurite);
        var file = "temperature\n" + string.Concat(((int[])[1, -2, 7, 0, 1, 2, 5, -4, 100, 8, 3]).Select(t => $"{t}\n"));
        var schema = JsonNode.Parse("""
            {"fields": [{"name": "temperature", "type": "integer"}],
             "x-checks": [{"type": "deviated-value", "fieldName": "temperature", "interval": 2},
                          {"type": "sequential-value", "fieldName": "temperature"}]}
            """);
        const string warning =
            "1 value lies far from the average of \"temperature\", outside of -48.471 to 70.471, and may be wrong: 100 in record 9.";
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) await gzip.WriteAsync(Encoding.UTF8.GetBytes(file));

        foreach (var (name, content) in ((string, byte[])[])[("t.csv", Encoding.UTF8.GetBytes(file)), ("t.csv.gz", packed.ToArray())])
        {
            var request = new JsonObject { ["schema"] = schema!.DeepClone(), ["header"] = true };
            var job = await host.RunAsync($"columns/{name}", content, request);

            Assert.Equal((CsvJobState.Completed, null, 10), (job.State, job.Error, job.Accepted));
            Assert.Contains(",temperature,sequential-value,", await host.ReadAsync(job, "rejects.csv"), StringComparison.Ordinal);
            Assert.Contains(warning, JobSummary.FromJson(Encoding.UTF8.GetBytes(await host.ReadAsync(job, "summary.json"))).Warnings!);
        }
    }

    private static string[] Row(Random random, int n, int id) =>
    [
        random.Next(40) switch { 0 => "", 1 => "7", 2 => "x", _ => random.Next(4) == 0 ? $"{n}.0" : $"{n}" },
        random.Next(12) switch
        {
            0 => "", 1 => "NaN", 2 => $"{random.Next(-900, 900)}", 3 => "0.25", _ => $"{random.Next(50)}.{random.Next(10)}",
        },
        random.Next(50) == 0 ? "0" : $"{id}",
        random.Next(4) == 0 ? "\"a\n,\"\"b\"" : "",
    ];

    private static List<(long Row, string Field, string Code)> Expected(List<string[]> rows)
    {
        var (n, id) = (Break(rows, 0), Break(rows, 2));
        var rejects = new List<(long, string, string)>();
        for (var row = 1; row <= rows.Count; row++)
        {
            if (rows[row - 1][0] == "x") rejects.Add((row, "n", "type-error"));
            else if (row == n) rejects.Add((row, "n", "sequential-value"));
            else if (row == id) rejects.Add((row, "id", "sequential-value"));
        }

        return rejects;
    }

    // The first record that does not follow; records that are rejected count as others do.
    private static int Break(List<string[]> rows, int column)
    {
        decimal? next = null;
        foreach (var (index, row) in rows.Index())
        {
            if (!decimal.TryParse(row[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || (next ?? value) != value)
                return index + 1;
            next = value + 1;
        }

        return -1;
    }

    private static string Deviated(List<string[]> rows)
    {
        var values = rows.Index()
            .Where(r => r.Item[1].Length > 0 && r.Item[1] != "NaN")
            .Select(r => (Row: r.Index + 1, Text: r.Item[1], Cents: Cents(r.Item[1])))
            .ToList();
        static BigInteger Cents(string text) => (BigInteger)(decimal.Parse(text, CultureInfo.InvariantCulture) * 100);
        if (values.Count < 2) return "";
        var (count, sum) = (values.Count, values.Aggregate(BigInteger.Zero, (s, v) => s + v.Cents));
        var spread = values.Aggregate(BigInteger.Zero, (s, v) => s + (((count * v.Cents) - sum) * ((count * v.Cents) - sum)));

        // |x - mean| > 1.5 deviations, with both sides squared and multiplied until all is whole.
        var far = values
            .Where(v => 4 * BigInteger.Pow((count * v.Cents) - sum, 2) * (count - 1) > 9 * spread)
            .Select(v => $"{v.Text} in record {v.Row}").ToList();
        return far.Count == 0 ? "" : string.Join(", ", far.Take(5)) + (far.Count > 5 ? ", and others." : ".");
    }

    private static List<(long Row, string Field, string Code)> Rejects(byte[] csv)
    {
        var found = new List<(long, string, string)>();
        NaiveCsv.Read(csv, (in CsvRecord r) =>
        {
            if (r.Row > 1)
                found.Add((
                    long.Parse(r[0], CultureInfo.InvariantCulture), Encoding.UTF8.GetString(r[2]), Encoding.UTF8.GetString(r[3])));
        });
        return found;
    }
}
