using System.Diagnostics;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.Storage;

namespace Serverless.Benchmarks.Csv;

/// <summary>A job and DuckDB in turn, on the same file.</summary>
internal sealed class CsvComparison(string storage, string folder, Workload workload, string format, JsonObject options, bool key)
{
    private readonly JobRunner _jobs = new(storage);

    private const int WarmUpRows = 1_000_000;

    /// <returns>The median of our own runs, in seconds.</returns>
    public async Task<double> CompareAsync(int rows, int runs, CancellationToken cancellationToken)
    {
        await using var host = await HostProcess.StartAsync(storage, Path.Combine(folder, $"data-{rows}"), cancellationToken);

        // Warm after a million rows: a run over all of a large file would take its time and its disk twice.
        var first = await WriteAsync(Math.Min(rows, WarmUpRows), cancellationToken);
        await RunAsync("warm-up", first, host, cancellationToken);
        var file = first;
        if (rows > WarmUpRows)
        {
            File.Delete(first);
            file = await WriteAsync(rows, cancellationToken);
        }

        var (ours, theirs, copies) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 1; run <= runs; run++)
        {
            var (our, duck, plain) = await RunAsync($"run {run}", file, host, cancellationToken);
            ours.Add(our);
            theirs.Add(duck);
            copies.Add(plain);
        }

        var (median, their, copy) = (JobRunner.Median(ours), JobRunner.Median(theirs), JobRunner.Median(copies));
        Console.WriteLine(
            $"  median   {median,7:0.000} s, {rows / median:N0} rows/s   DuckDB {their,7:0.000} s   ratio {median / their:0.00}   " +
            $"plain COPY {copy,7:0.000} s   ratio {median / copy:0.00}   host's peak memory {host.PeakMemory / 1e6:0} MB");
        File.Delete(file);
        return median;
    }

    private async Task<string> WriteAsync(int rows, CancellationToken cancellationToken)
    {
        var (file, bytes) = workload.Write(folder, rows);
        Console.WriteLine($"{rows:N0} rows, {bytes / 1e6:0.0} MB, {Environment.ProcessorCount} cores");
        await _jobs.UploadAsync(file, cancellationToken);
        return file;
    }

    private async Task<(double Ours, double DuckDb, double Copy)> RunAsync(
        string name, string file, HostProcess host, CancellationToken cancellationToken)
    {
        var processorTime = host.ProcessorTime;
        var (seconds, summary) = await _jobs.RunAsync(host, await RequestAsync(file, cancellationToken), cancellationToken);
        processorTime = host.ProcessorTime - processorTime;
        var (duckSeconds, accepted) = RunDuckDb(file, workload.Clean);
        var (copySeconds, _) = RunDuckDb(file, workload.Copy);
        if (summary.Accepted != accepted)
            throw new InvalidOperationException($"We accepted {summary.Accepted} rows, DuckDB {accepted}.");

        Console.WriteLine(
            $"  {name,-8} {seconds,7:0.000} s ({processorTime.TotalSeconds:0.00} s of processor time in the host)   DuckDB " +
            $"{duckSeconds,7:0.000} s, plain COPY {copySeconds,7:0.000} s   {summary.Chunks} chunks, " +
            $"{summary.ChunksReadTwice} read twice, {(double)summary.BytesRead / summary.Bytes:0.000} times the file read " +
            $"in {summary.Reads} requests");
        return (seconds, duckSeconds, copySeconds);
    }

    // Done again each time.
    private async Task<JsonObject> RequestAsync(string file, CancellationToken cancellationToken)
    {
        var request = options.DeepClone().AsObject();
        request["blob"] = $"{Containers.Incoming}/{Path.GetFileName(file)}";
        request["schema"] = await workload.ReadSchemaAsync(cancellationToken);
        request["force"] = true;
        if (key) request["schema"]!["primaryKey"] = "order_id";
        return request;
    }

    private (double Seconds, long Accepted) RunDuckDb(string file, Func<string, string, string, long> clean)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder, "duckdb")).FullName;
        var started = Stopwatch.GetTimestamp();
        var accepted = clean(file, target, format);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Directory.Delete(target, recursive: true);
        return (seconds, accepted);
    }
}
