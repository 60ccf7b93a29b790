using System.Diagnostics;
using Serverless.Benchmarks.Csv;
using Serverless.Local.CommandLine;
using Serverless.Local.Storage;

namespace Serverless.Benchmarks.Hosting;

/// <summary>
/// The time that the host takes from the start of its process to its first answered request, beside the same program when it only says how
/// it is used: what lies between is registration, discovery and the first use of storage.
/// </summary>
internal static class ColdStart
{
    public static CommandSyntax Syntax { get; } = new(
        "start",
        "Measures the host from the start of its process to its first answered request, and an instance that has data from before.", [],
    [
        new("--rounds", "N", "Starts; 7 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rounds = arguments.GetInteger("--rounds", 1, 1_000) ?? 7;
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("serverless-start-").FullName;
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(
                Path.Combine(folder, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
            var (bare, listening, answered, busy) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round <= rounds; round++)
            {
                var usage = await UsageAsync(cancellationToken);
                var (listens, answers, processor) = await StartAsync(
                    azurite.ConnectionString, Path.Combine(folder, "data"), cancellationToken);

                // The first reads the program from disk, and makes tables and containers.
                Console.WriteLine(
                    $"  {(round == 0 ? "first" : $"run {round}"),-6} usage {usage,5:0} ms   host listens after {listens,5:0} ms   first " +
                    $"answer after {answers,5:0} ms and {processor,5:0} ms of processor time");
                if (round == 0) continue;
                bare.Add(usage);
                listening.Add(listens);
                answered.Add(answers);
                busy.Add(processor);
            }

            Console.WriteLine(
                $"  median usage {Median(bare),5:0} ms   host listens after {Median(listening),5:0} ms   first answer after " +
                $"{Median(answered),5:0} ms and {Median(busy),5:0} ms of processor time, {Median(answered) / Median(bare):0.0} times the " +
                $"usage text's time");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Listens, double Answers, double Processor)> StartAsync(
        string storage, string dataFolder, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using var host = await HostProcess.StartAsync(storage, dataFolder, cancellationToken);
        var listens = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        using var http = new HttpClient { BaseAddress = host.Address };
        using var response = await http.GetAsync(new Uri("api/csv?size=1", UriKind.Relative), cancellationToken);
        response.EnsureSuccessStatusCode();
        return (listens, Stopwatch.GetElapsedTime(started).TotalMilliseconds, host.ProcessorTime.TotalMilliseconds);
    }

    private static async Task<double> UsageAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(
            new ProcessStartInfo(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, "Serverless.Local.dll"), "--help"])
            { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
