using System.Diagnostics;
using System.Text.Json.Nodes;
using Serverless.Local.CommandLine;
using Serverless.Local.Storage;

namespace Serverless.Benchmarks.Csv;

/// <summary>The main job from its start to its end, on the local host and Azurite, in turn with DuckDB doing the same cleaning.</summary>
internal static class CsvBenchmark
{
    private const int TenTimes = 10;

    public static CommandSyntax Syntax { get; } = new("csv", "The main job end to end, in turn with DuckDB.", [],
    [
        new("--rows", "N", "Rows of the file; 1,000,000 unless given."),
        new("--runs", "N", "Measured runs of each, after one that is not; 3 unless given."),
        new("--ten", null, "A file of ten times the rows as well."),
        new("--chunk-bytes", "N", "The size of a chunk; chosen by the job unless given."),
        new("--key", null, "With the order's id as a primary key, which DuckDB does not check."),
        new("--max-parallel", "N", "Chunks at work at once."),
        new("--proof", "H", "The hash in the summary: xxh128 or sha256."),
        new("--cold", null, "The command process in fresh folders instead, in turn with a process that runs DuckDB's plain COPY."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.GetInteger("--rows", 1, int.MaxValue / TenTimes) ?? 1_000_000;
        var runs = arguments.GetInteger("--runs", 1, 100) ?? 3;
        var options = new JsonObject();
        if (arguments.GetInteger("--chunk-bytes", 1, int.MaxValue) is { } chunkBytes) options["chunkBytes"] = chunkBytes;
        if (arguments.GetInteger("--max-parallel", 1, int.MaxValue) is { } maxParallel) options["maxParallel"] = maxParallel;
        if (arguments.GetChoice("--proof", "xxh128", "sha256") is { } proof) options["proof"] = proof;
        var key = arguments.Has("--key");
        var cold = arguments.Has("--cold");
        if (cold && (options.Count > 0 || key || arguments.Has("--ten"))) arguments.Refuse("--cold takes --rows and --runs alone.");
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("serverless-benchmark-").FullName;
        try
        {
            if (cold)
            {
                await ColdRuns.CompareAsync(folder, rows, runs, cancellationToken);
                return;
            }

            await using var azurite = await AzuriteProcess.StartAsync(
                Path.Combine(folder, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
            var bench = new Bench(azurite.ConnectionString, folder, options, key);
            var one = await bench.CompareAsync(rows, runs, cancellationToken);
            if (arguments.Has("--ten"))
            {
                var ten = await bench.CompareAsync(TenTimes * rows, runs, cancellationToken);
                Console.WriteLine($"{TenTimes} times the rows took {ten / one:0.00} times as long");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Bench(string storage, string folder, JsonObject options, bool key)
    {
        private readonly JobRunner _jobs = new(storage);

        /// <returns>The median of our own runs, in seconds.</returns>
        public async Task<double> CompareAsync(int rows, int runs, CancellationToken cancellationToken)
        {
            var (file, bytes) = JobRunner.WriteOrders(folder, rows);
            Console.WriteLine($"{rows:N0} rows, {bytes / 1e6:0.0} MB, {Environment.ProcessorCount} cores");
            await _jobs.UploadAsync(file, cancellationToken);
            await using var host = await HostProcess.StartAsync(storage, Path.Combine(folder, $"data-{rows}"), cancellationToken);

            var ours = new List<double>();
            var theirs = new List<double>();
            var copies = new List<double>();
            for (var run = 0; run <= runs; run++)
            {
                var processorTime = host.ProcessorTime;
                var (seconds, summary) = await _jobs.RunAsync(host, await RequestAsync(file, cancellationToken), cancellationToken);
                processorTime = host.ProcessorTime - processorTime;
                var (duckSeconds, accepted) = RunDuckDb(file, DuckDbCleaner.Clean);
                var (copySeconds, _) = RunDuckDb(file, (from, to) => (DuckDbCleaner.Copy(from, to), 0));
                if (summary.Accepted != accepted)
                    throw new InvalidOperationException($"We accepted {summary.Accepted} rows, DuckDB {accepted}.");

                var name = run == 0 ? "warm-up" : $"run {run}";
                Console.WriteLine(
                    $"  {name,-8} {seconds,7:0.000} s ({processorTime.TotalSeconds:0.00} s of processor time in the host)   DuckDB " +
                    $"{duckSeconds,7:0.000} s, plain COPY {copySeconds,7:0.000} s   {summary.Chunks} chunks, {summary.ChunksReadTwice} read twice, " +
                    $"{(double)summary.BytesRead / summary.Bytes:0.000} times the file read in {summary.Reads} requests");
                if (run == 0) continue;
                ours.Add(seconds);
                theirs.Add(duckSeconds);
                copies.Add(copySeconds);
            }

            var (our, their, copy) = (JobRunner.Median(ours), JobRunner.Median(theirs), JobRunner.Median(copies));
            Console.WriteLine(
                $"  median   {our,7:0.000} s, {rows / our:N0} rows/s   DuckDB {their,7:0.000} s   ratio {our / their:0.00}   plain COPY " +
                $"{copy,7:0.000} s   ratio {our / copy:0.00}   host's peak memory {host.PeakMemory / 1e6:0} MB");
            File.Delete(file);
            return our;
        }

        private async Task<JsonObject> RequestAsync(string file, CancellationToken cancellationToken)
        {
            var request = await JobRunner.OrdersAsync(file, cancellationToken);
            foreach (var (name, value) in options) request[name] = value?.DeepClone();
            if (key) request["schema"]!["primaryKey"] = "order_id";
            return request;
        }

        private (double Seconds, long Accepted) RunDuckDb(string file, Func<string, string, (long Accepted, long Rejected)> clean)
        {
            var target = Directory.CreateDirectory(Path.Combine(folder, "duckdb")).FullName;
            var started = Stopwatch.GetTimestamp();
            var (accepted, _) = clean(file, target);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Directory.Delete(target, recursive: true);
            return (seconds, accepted);
        }
    }
}
