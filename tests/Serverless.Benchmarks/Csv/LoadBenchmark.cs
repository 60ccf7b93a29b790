using System.Diagnostics;
using System.Text.Json.Nodes;
using Npgsql;
using Serverless.Local.CommandLine;
using Serverless.Local.Storage;
using Serverless.TestSupport;

namespace Serverless.Benchmarks.Csv;

/// <summary>
/// A job that loads its records into PostgreSQL, in turn with the same job without, and with binary COPY of the same rows and nothing else.
/// </summary>
internal static class LoadBenchmark
{
    private const string Table = "orders";
    private const int CopyBytes = 1 << 20;

    public static CommandSyntax Syntax { get; } = new("load", "A job that loads into PostgreSQL, in turn with COPY alone.", [],
    [
        new("--rows", "N", "Rows of the file; 1,000,000 unless given."),
        new("--runs", "N", "Measured runs of each, after one that is not; 3 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.GetInteger("--rows", 1, int.MaxValue) ?? 1_000_000;
        var runs = arguments.GetInteger("--runs", 1, 100) ?? 3;
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
            await CompareAsync(new JobRunner(azurite.ConnectionString), host, postgres, folder, rows, runs, cancellationToken);
        }
        finally
        {
            await postgres.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(
        JobRunner jobs, HostProcess host, PostgresServer postgres, string folder, int rows, int runs, CancellationToken cancellationToken)
    {
        var database = postgres.Database;
        var (file, bytes) = JobRunner.WriteOrders(folder, rows);
        Console.WriteLine($"{rows:N0} rows, {bytes / 1e6:0.0} MB, {Environment.ProcessorCount} cores");
        await jobs.UploadAsync(file, cancellationToken);
        File.Delete(file);

        var (without, with, existing, copies) = (new List<Cost>(), new List<Cost>(), new List<Cost>(), new List<Cost>());
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
            Console.WriteLine(
                $"  {(run == 0 ? "warm-up" : $"run {run}"),-8} job {job}   load into a new table {made}   " +
                $"into one that is there {moved}   COPY {copy}");
            if (run == 0) continue;
            without.Add(job);
            with.Add(made);
            existing.Add(moved);
            copies.Add(copy);
        }

        Report("new table", with);
        Report("existing table", existing);
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
