using System.Text.Json.Nodes;
using Serverless.Benchmarks.Orders;
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
        new("--output", "F", "csv, jsonl or parquet, of DuckDB as well; csv unless given."),
        new("--bad", "R", "The share of bad rows, 0 to 1; 0.002 unless given."),
        new("--columns", "N", "A file of so many columns, with no bad row, instead of orders."),
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
        var format = arguments.GetChoice("--output", "csv", "jsonl", "parquet") ?? "csv";
        if (format != "csv") options["output"] = format;
        var bad = arguments.GetRatio("--bad");
        var columns = arguments.GetInteger("--columns", 1, 10_000);
        if (columns is not null && (bad is not null || arguments.Has("--key")))
            arguments.Refuse("--columns goes with neither --bad nor --key.");
        if (arguments.GetChoice("--proof", "xxh128", "sha256") is { } proof) options["proof"] = proof;
        var key = arguments.Has("--key");
        var cold = arguments.Has("--cold");
        if (cold && (options.Count > 0 || key || bad is not null || columns is not null || arguments.Has("--ten")))
            arguments.Refuse("--cold takes --rows and --runs alone.");
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
            Workload workload = columns is { } many ? new WideWorkload(many) : new OrdersWorkload(bad ?? GenerateOrders.DefaultBadShare);
            var bench = new CsvComparison(azurite.ConnectionString, folder, workload, format, options, key);
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
}
