using System.Diagnostics;
using System.Text.Json.Nodes;
using Npgsql;
using Serverless.Local.CommandLine;
using Serverless.Local.Storage;
using Serverless.TestSupport;

namespace Serverless.Benchmarks.Csv;

/// <summary>
/// A job that loads its records into PostgreSQL, in turn with the same job without, with binary COPY of the same rows and nothing else, and
/// with loads of which the table refuses records when all of them are there.
/// </summary>
internal static class LoadBenchmark
{
    private const string Table = "orders";
    private const int CopyBytes = 1 << 20;

    public static CommandSyntax Syntax { get; } = new("load", "A job that loads into PostgreSQL, in turn with COPY alone.", [],
    [
        new("--rows", "N", "Rows of the file; 1,000,000 unless given."),
        new("--runs", "N", "Measured runs of each, after one that is not; 3 unless given."),
        new("--refused", "N", "Records that a table with a unique index refuses; 1,000 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.GetInteger("--rows", 1, int.MaxValue) ?? 1_000_000;
        var runs = arguments.GetInteger("--runs", 1, 100) ?? 3;
        var refused = arguments.GetInteger("--refused", 1, Math.Max(rows / 2, 1)) ?? Math.Max(rows / 1_000, 1);
        if (PostgresServer.Absent is { } absent) arguments.Refuse(absent);
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("serverless-benchmark-").FullName;
        var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(
                Path.Combine(folder, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
            await using var host = await HostProcess.StartAsync(
                azurite.ConnectionString, Path.Combine(folder, "data"), cancellationToken,
                ("ConnectionStrings__postgres", postgres.ConnectionString));
            await CompareAsync(
                new JobRunner(azurite.ConnectionString), host, postgres, folder, (rows, refused, runs), cancellationToken);
        }
        finally
        {
            await postgres.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(
        JobRunner jobs, HostProcess host, PostgresServer postgres, string folder, (int Rows, int Refused, int Runs) size,
        CancellationToken cancellationToken)
    {
        var (rows, refused, runs) = size;
        var database = postgres.Database;
        var (file, bytes) = JobRunner.WriteOrders(folder, rows);
        Console.WriteLine($"{rows:N0} rows, {bytes / 1e6:0.0} MB, {Environment.ProcessorCount} cores");
        await jobs.UploadAsync(file, cancellationToken);
        File.Delete(file);

        var (without, with, existing, copies) = (new List<Cost>(), new List<Cost>(), new List<Cost>(), new List<Cost>());
        var (indexed, refusing) = (new List<Cost>(), new List<Cost>());
        for (var run = 0; run <= runs; run++)
        {
            var accepted = 0L;
            var plain = await JobRunner.OrdersAsync(file, cancellationToken);
            var job = await MeasureAsync(() => jobs.RunAsync(host, plain, cancellationToken));
            await ExecuteAsync(database, $"DROP TABLE IF EXISTS {Table}", cancellationToken);
            var request = await JobRunner.OrdersAsync(file, cancellationToken);
            request["load"] = new JsonObject { ["to"] = "postgres", ["connection"] = "postgres", ["table"] = Table, ["create"] = true };
            var made = await MeasureAsync(async () => accepted = (await jobs.RunAsync(host, request, cancellationToken)).Summary.Accepted);
            await WriteRowsAsync(database, Path.Combine(folder, "rows"), cancellationToken);
            await ExecuteAsync(database, $"TRUNCATE {Table}", cancellationToken);
            var copy = await MeasureAsync(() => CopyAsync(database, Path.Combine(folder, "rows"), cancellationToken));
            await CheckAsync(database, accepted, cancellationToken);
            await ExecuteAsync(database, $"TRUNCATE {Table}", cancellationToken);
            var moved = await MeasureAsync(() => jobs.RunAsync(host, request, cancellationToken));
            var clean = await IndexAsync("order_id + 0", expected: 0);
            var mended = await IndexAsync($"order_id - CASE WHEN order_id % {rows / refused} = 0 THEN 1 ELSE 0 END", expected: refused);
            Console.WriteLine(
                $"  {(run == 0 ? "warm-up" : $"run {run}"),-8} job {job}   load into a new table {made}   " +
                $"into one that is there {moved}   COPY {copy}   with an index {clean}   that refuses {mended}");
            if (run == 0) continue;
            without.Add(job);
            with.Add(made);
            existing.Add(moved);
            copies.Add(copy);
            indexed.Add(clean);
            refusing.Add(mended);

            // The index knows what repeats a key only when all rows are there: it is over an expression.
            async Task<Cost> IndexAsync(string expression, int expected)
            {
                await ExecuteAsync(database, $"TRUNCATE {Table}; CREATE UNIQUE INDEX one ON {Table} (({expression}))", cancellationToken);
                var kept = 0L;
                var cost = await MeasureAsync(async () => kept = (await jobs.RunAsync(host, request, cancellationToken)).Summary.Accepted);
                await CheckAsync(database, kept, cancellationToken);
                if (Math.Abs(accepted - kept - expected) > expected / 10)
                    throw new InvalidOperationException($"{accepted - kept} records were refused instead of about {expected}.");
                await ExecuteAsync(database, $"DROP INDEX one", cancellationToken);
                return cost;
            }
        }

        Report("new table", with);
        Report("existing table", existing);
        var (some, none) = (Median(refusing), Median(indexed));
        Console.WriteLine(
            $"  {refused:N0} refused     load / the same load of which none is {some.Seconds / none.Seconds:0.00}, of processor time " +
            $"{some.Busy / none.Busy:0.00}");
        Console.WriteLine($"  host's peak memory {host.PeakMemory / 1e6:0} MB");

        async Task<Cost> MeasureAsync(Func<Task> work)
        {
            var (started, before) = (Stopwatch.GetTimestamp(), Busy());
            await work();
            return new Cost(Stopwatch.GetElapsedTime(started).TotalSeconds, (Busy() - before).TotalSeconds);
        }

        TimeSpan Busy() => host.ProcessorTime + postgres.ProcessorTime + Environment.CpuUsage.TotalTime;

        void Report(string name, List<Cost> loads)
        {
            var (job, load, copy) = (Median(without), Median(loads), Median(copies));
            Console.WriteLine(
                $"  {name,-16} load / COPY {load.Seconds / copy.Seconds:0.00}   beyond the job / COPY " +
                $"{(load.Seconds - job.Seconds) / copy.Seconds:0.00}, of processor time {(load.Busy - job.Busy) / copy.Busy:0.00}");
        }
    }

    private static Cost Median(List<Cost> costs) =>
        new(JobRunner.Median([.. costs.Select(c => c.Seconds)]), JobRunner.Median([.. costs.Select(c => c.Busy)]));

    private static async Task WriteRowsAsync(NpgsqlDataSource database, string file, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var source = await connection.BeginRawBinaryCopyAsync($"COPY {Table} TO STDOUT (FORMAT binary)", cancellationToken);
        await using var target = File.Create(file);
        await source.CopyToAsync(target, CopyBytes, cancellationToken);
    }

    private static async Task CopyAsync(NpgsqlDataSource database, string file, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var target = await connection.BeginRawBinaryCopyAsync($"COPY {Table} FROM STDIN (FORMAT binary)", cancellationToken))
        await using (var source = File.OpenRead(file))
            await source.CopyToAsync(target, CopyBytes, cancellationToken);
    }

    private static async Task CheckAsync(NpgsqlDataSource database, long rows, CancellationToken cancellationToken)
    {
        await using var count = database.CreateCommand($"SELECT count(*) FROM {Table}");
        var copied = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        if (copied != rows) throw new InvalidOperationException($"{rows} records were accepted, {copied} copied.");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private readonly record struct Cost(double Seconds, double Busy)
    {
        public override string ToString() => $"{Seconds,7:0.000} s ({Busy,7:0.000} s busy)";
    }
}
