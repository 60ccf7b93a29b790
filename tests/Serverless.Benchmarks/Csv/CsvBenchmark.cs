using System.Diagnostics;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Serverless.Benchmarks.Orders;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.Local.CommandLine;
using Serverless.Local.Jobs;
using Serverless.Local.Storage;
using Serverless.Storage;

namespace Serverless.Benchmarks.Csv;

/// <summary>The main job from its start to its end, on the local host and Azurite, in turn with DuckDB doing the same cleaning.</summary>
internal static class CsvBenchmark
{
    private const int TenTimes = 10;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    public static CommandSyntax Syntax { get; } = new("csv", "The main job end to end, in turn with DuckDB.", [],
    [
        new("--rows", "N", "Rows of the file; 1,000,000 unless given."),
        new("--runs", "N", "Measured runs of each, after one that is not; 3 unless given."),
        new("--ten", null, "A file of ten times the rows as well."),
        new("--chunk-bytes", "N", "The size of a chunk; chosen by the job unless given."),
        new("--key", null, "With the order's id as a primary key, which DuckDB does not check."),
        new("--max-parallel", "N", "Chunks at work at once."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.Integer("--rows", 1, int.MaxValue / TenTimes) ?? 1_000_000;
        var runs = arguments.Integer("--runs", 1, 100) ?? 3;
        var options = new JsonObject();
        if (arguments.Integer("--chunk-bytes", 1, int.MaxValue) is { } chunkBytes) options["chunkBytes"] = chunkBytes;
        if (arguments.Integer("--max-parallel", 1, int.MaxValue) is { } maxParallel) options["maxParallel"] = maxParallel;
        var key = arguments.Has("--key");
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("serverless-benchmark-").FullName;
        try
        {
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

    private static double Median(List<double> values)
    {
        values.Sort();
        return values.Count % 2 == 1 ? values[values.Count / 2] : (values[values.Count / 2 - 1] + values[values.Count / 2]) / 2;
    }

    private sealed class Bench(string storage, string folder, JsonObject options, bool key)
    {
        private readonly BlobServiceClient _blobs = new(storage);

        /// <returns>The median of our own runs, in seconds.</returns>
        public async Task<double> CompareAsync(int rows, int runs, CancellationToken cancellationToken)
        {
            var file = Path.Combine(folder, $"orders-{rows}.csv");
            long bytes;
            await using (var stream = File.Create(file))
            {
                new OrdersGenerator(rows, GenerateOrders.DefaultSeed, GenerateOrders.DefaultBadShare).WriteTo(stream);
                bytes = stream.Length;
            }

            Console.WriteLine($"{rows:N0} rows, {bytes / 1e6:0.0} MB, {Environment.ProcessorCount} cores");
            await UploadAsync(file, cancellationToken);
            await using var host = await HostProcess.StartAsync(storage, Path.Combine(folder, $"data-{rows}"), cancellationToken);

            var ours = new List<double>();
            var theirs = new List<double>();
            for (var run = 0; run <= runs; run++)
            {
                var processorTime = host.ProcessorTime;
                var (seconds, summary) = await RunJobAsync(host, Path.GetFileName(file), cancellationToken);
                processorTime = host.ProcessorTime - processorTime;
                var (duckSeconds, accepted) = RunDuckDb(file);
                if (summary.Accepted != accepted)
                    throw new InvalidOperationException($"We accepted {summary.Accepted} rows, DuckDB {accepted}.");

                var name = run == 0 ? "warm-up" : $"run {run}";
                Console.WriteLine(
                    $"  {name,-8} {seconds,7:0.000} s ({processorTime.TotalSeconds:0.00} s of processor time in the host)   DuckDB " +
                    $"{duckSeconds,7:0.000} s   {summary.Chunks} chunks, {summary.ChunksReadTwice} read twice, " +
                    $"{(double)summary.BytesRead / summary.Bytes:0.000} times the file read in {summary.Reads} requests");
                if (run == 0) continue;
                ours.Add(seconds);
                theirs.Add(duckSeconds);
            }

            var (our, their) = (Median(ours), Median(theirs));
            Console.WriteLine(
                $"  median   {our,7:0.000} s, {rows / our:N0} rows/s   DuckDB {their,7:0.000} s   ratio {our / their:0.00}   host's peak " +
                $"memory {host.PeakMemory / 1e6:0} MB");
            File.Delete(file);
            return our;
        }

        private async Task UploadAsync(string file, CancellationToken cancellationToken)
        {
            var incoming = _blobs.GetBlobContainerClient(Containers.Incoming);
            await incoming.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await incoming.GetBlobClient(Path.GetFileName(file)).UploadAsync(file, overwrite: true, cancellationToken);
        }

        private async Task<(double Seconds, JobSummary Summary)> RunJobAsync(
            HostProcess host, string blob, CancellationToken cancellationToken)
        {
            using var api = new CsvApi(host.Address);
            var request = options.DeepClone().AsObject();
            request["blob"] = $"{Containers.Incoming}/{blob}";
            request["schema"] = JsonNode.Parse(await File.ReadAllTextAsync(OrdersSchema.File, cancellationToken));
            if (key) request["schema"]!["primaryKey"] = "order_id";
            request["force"] = true;

            var started = Stopwatch.GetTimestamp();
            var id = await api.StartAsync(request, cancellationToken);
            while (true)
            {
                var status = await api.FindAsync(id, cancellationToken) ?? throw new InvalidOperationException($"Job {id} is not there.");
                if (!CsvJobTransitions.IsFinal(status.State))
                {
                    await Task.Delay(Poll, TimeProvider.System, cancellationToken);
                    continue;
                }

                var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                if (status.State != CsvJobState.Completed)
                    throw new InvalidOperationException($"Job {id} ended as {status.State}: {status.Error}");
                var summary = status.Outputs.Select(o => o.Name)
            .First(output => output.EndsWith("/summary.json", StringComparison.Ordinal)).Split('/', 2);
                var content = await _blobs.GetBlobContainerClient(summary[0]).GetBlobClient(summary[1])
                    .DownloadContentAsync(cancellationToken);
                return (seconds, JobSummary.FromJson(content.Value.Content));
            }
        }

        private (double Seconds, long Accepted) RunDuckDb(string file)
        {
            var target = Directory.CreateDirectory(Path.Combine(folder, "duckdb")).FullName;
            var started = Stopwatch.GetTimestamp();
            var (accepted, _) = DuckDbCleaner.Clean(file, target);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Directory.Delete(target, recursive: true);
            return (seconds, accepted);
        }
    }
}
