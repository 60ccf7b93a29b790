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
        var rows = arguments.Integer("--rows", 1, int.MaxValue) ?? 1_000_000;
        var runs = arguments.Integer("--runs", 1, 100) ?? 3;
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
            await CompareAsync(new JobRunner(azurite.ConnectionString), host, postgres.Database, folder, rows, runs, cancellationToken);
        }
        finally
        {
            await postgres.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(
        JobRunner jobs, HostProcess host, NpgsqlDataSource database, string folder, int rows, int runs, CancellationToken cancellationToken)
    {
        var (file, bytes) = JobRunner.WriteOrders(folder, rows);
        Console.WriteLine($"{rows:N0} rows, {bytes / 1e6:0.0} MB, {Environment.ProcessorCount} cores");
        await jobs.UploadAsync(file, cancellationToken);
        File.Delete(file);

        var (without, with, copies) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run <= runs; run++)
        {
            var (plain, _) = await jobs.RunAsync(host, await JobRunner.OrdersAsync(file, cancellationToken), cancellationToken);
            await ExecuteAsync(database, $"DROP TABLE IF EXISTS {Table}", cancellationToken);
            var request = await JobRunner.OrdersAsync(file, cancellationToken);
            request["load"] = new JsonObject { ["to"] = "postgres", ["connection"] = "postgres", ["table"] = Table, ["create"] = true };
            var (loaded, summary) = await jobs.RunAsync(host, request, cancellationToken);
            var copied = await CopyAsync(database, Path.Combine(folder, "rows"), summary.Accepted, cancellationToken);
            Console.WriteLine(
                $"  {(run == 0 ? "warm-up" : $"run {run}"),-8} job {plain,7:0.000} s   with load {loaded,7:0.000} s   COPY " +
                $"{copied,7:0.000} s");
            if (run == 0) continue;
            without.Add(plain);
            with.Add(loaded);
            copies.Add(copied);
        }

        var (job, load, copy) = (JobRunner.Median(without), JobRunner.Median(with), JobRunner.Median(copies));
        Console.WriteLine(
            $"  median   job {job,7:0.000} s   with load {load,7:0.000} s   COPY {copy,7:0.000} s   load / COPY {load / copy:0.00}   " +
            $"load beyond the job / COPY {(load - job) / copy:0.00}   host's peak memory {host.PeakMemory / 1e6:0} MB");
    }

    /// <summary>Takes the rows out in the binary format, empties the table, and measures how long they take to go in.</summary>
    private static async Task<double> CopyAsync(NpgsqlDataSource database, string file, long rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var source = await connection.BeginRawBinaryCopyAsync($"COPY {Table} TO STDOUT (FORMAT binary)", cancellationToken))
        await using (var target = File.Create(file))
            await source.CopyToAsync(target, CopyBytes, cancellationToken);
        await ExecuteAsync(database, $"TRUNCATE {Table}", cancellationToken);

        var started = Stopwatch.GetTimestamp();
        await using (var target = await connection.BeginRawBinaryCopyAsync($"COPY {Table} FROM STDIN (FORMAT binary)", cancellationToken))
        await using (var source = File.OpenRead(file))
            await source.CopyToAsync(target, CopyBytes, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        await using var count = new NpgsqlCommand($"SELECT count(*) FROM {Table}", connection);
        var copied = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        return copied == rows ? seconds : throw new InvalidOperationException($"{rows} records were accepted, {copied} copied.");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
