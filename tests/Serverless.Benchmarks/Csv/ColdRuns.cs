using System.Diagnostics;
using System.Globalization;
using Serverless.Benchmarks.Orders;
using Serverless.Csv.Summary;

namespace Serverless.Benchmarks.Csv;

/// <summary>
/// The command <c>process</c> as a user has it: a process of its own whose data folder is fresh, in turn with a process that runs DuckDB's
/// plain COPY. The emulator has been fetched before.
/// </summary>
internal static class ColdRuns
{
    public static async Task CompareAsync(string folder, int rows, int runs, CancellationToken cancellationToken)
    {
        var (file, bytes) = JobRunner.WriteOrders(folder, rows);
        Console.WriteLine(
            $"{rows:N0} rows, {bytes / 1e6:0.0} MB, {Environment.ProcessorCount} cores, each run a process in a fresh folder");
        var (commands, jobs, copies) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run <= runs; run++)
        {
            var fresh = Directory.CreateDirectory(Path.Combine(folder, $"run-{run}")).FullName;
            var (command, job, accepted) = await ProcessAsync(file, fresh, cancellationToken);
            var (copy, copied) = await CopyAsync(file, fresh, cancellationToken);
            Directory.Delete(fresh, recursive: true);

            // The first reads programs and file from disk.
            Console.WriteLine(
                $"  {(run == 0 ? "first" : $"run {run}"),-6} command {command,7:0.000} s, the job in it {job,7:0.000} s, {accepted:N0} " +
                $"accepted   plain COPY {copy,7:0.000} s, {copied:N0} accepted");
            if (run == 0) continue;
            commands.Add(command);
            jobs.Add(job);
            copies.Add(copy);
        }

        Console.WriteLine(
            $"  median command {JobRunner.Median(commands),7:0.000} s, the job in it {JobRunner.Median(jobs),7:0.000} s   plain COPY " +
            $"{JobRunner.Median(copies),7:0.000} s");
    }

    private static async Task<(double Command, double Job, long Accepted)> ProcessAsync(
        string file, string folder, CancellationToken cancellationToken)
    {
        var results = Path.Combine(folder, "results");
        var (seconds, _) = await RunAsync(
            "Serverless.Local.dll",
            ["process", file, "--schema", OrdersSchema.File, "--data", Path.Combine(folder, "data"), "--out", results, "--json"],
            cancellationToken);
        var summary = JobSummary.FromJson(await File.ReadAllBytesAsync(Path.Combine(results, "summary.json"), cancellationToken));
        return (seconds, summary.DurationSeconds, summary.Accepted);
    }

    private static async Task<(double Seconds, long Accepted)> CopyAsync(string file, string folder, CancellationToken cancellationToken)
    {
        var (seconds, output) = await RunAsync("Serverless.Benchmarks.dll", [CopyBenchmark.Syntax.Name, file, folder], cancellationToken);
        return (seconds, long.Parse(output, CultureInfo.InvariantCulture));
    }

    private static async Task<(double Seconds, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
            { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{arguments[0]} ended with {process.ExitCode}: {output}");
        return (seconds, output);
    }
}
