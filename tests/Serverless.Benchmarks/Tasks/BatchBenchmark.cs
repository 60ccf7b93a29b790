using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Serverless.Benchmarks.Csv;
using Serverless.Local.CommandLine;
using Serverless.Local.Storage;

namespace Serverless.Benchmarks.Tasks;

/// <summary>
/// A batch from its opening to its end, and one with a fifth of the members before it, each on a host of its own: what a member costs must
/// not depend on how many there are. How far it is, is said all along, so that what grows shows where it begins to.
/// </summary>
internal static class BatchBenchmark
{
    private const int InOneBody = 1_000;
    private const string Id = "bench";
    private const int Share = 5;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    public static CommandSyntax Syntax { get; } = new(
        "batches", "Measures a batch of many members: to fill, to close and to end it, the host's memory and processor time.", [],
        [
            new("--members", "N", "Members; 100,000 unless given. A batch with a fifth of them comes first."),
            new("--senders", "N", "Bodies of 1,000 tasks sent at once; 4 unless given."),
        ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var members = arguments.GetInteger("--members", 10_000, 10_000_000) ?? 100_000;
        var senders = arguments.GetInteger("--senders", 1, 100) ?? 4;
        arguments.Check();

        var few = await MeasureAsync(members / Share, senders, cancellationToken);
        var many = await MeasureAsync(members, senders, cancellationToken);
        Show(few);
        Show(many);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Share} times as many members: {many.Peak / (double)few.Peak:0.00} times the memory, a member takes " +
            $"{many.HostMs / few.HostMs:0.00} times the host's processor time, {many.StorageMs / few.StorageMs:0.00} times Azurite's and " +
            $"{many.PerMember / few.PerMember:0.00} times as long"));
    }

    private static async Task<Outcome> MeasureAsync(int members, int senders, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("batches-");
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(
                Path.Combine(folder.FullName, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
            await using var host = await HostProcess.StartAsync(
                azurite.ConnectionString, Path.Combine(folder.FullName, "data"), cancellationToken);
            using var http = new HttpClient { BaseAddress = host.Address, Timeout = TimeSpan.FromMinutes(10) };
            return await MeasureAsync(http, host, azurite, members, senders, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Outcome> MeasureAsync(
        HttpClient http, HostProcess host, AzuriteProcess azurite, int members, int senders, CancellationToken cancellationToken)
    {
        using var storage = Process.GetProcessById(azurite.ProcessId);

        // What is compiled at the first tasks is no batch's.
        await SendAsync(http, "api/tasks", InOneBody, cancellationToken);
        await WaitUntilIdleAsync(http, cancellationToken);
        var (own, other, watch) = (host.ProcessorTime, storage.TotalProcessorTime, Stopwatch.StartNew());
        (await http.PostAsJsonAsync("api/batches", new { id = Id }, cancellationToken)).EnsureSuccessStatusCode();
        var bodies = Enumerable.Range(0, members).Chunk(InOneBody).Select(some => some.Length);
        var progress = new BatchProgress(http, Id, host, storage, members);
        var completion = progress.FollowAsync(Poll, cancellationToken);
        await Parallel.ForEachAsync(
            bodies, new ParallelOptions { MaxDegreeOfParallelism = senders, CancellationToken = cancellationToken },
            async (count, token) => await SendAsync(http, $"api/tasks?batch={Id}", count, token));
        var filled = watch.Elapsed;
        var meanwhile = await http.GetFromJsonAsync<JsonElement>($"api/batches/{Id}", cancellationToken);
        (await http.PostAsync(new Uri($"api/batches/{Id}/close", UriKind.Relative), null, cancellationToken)).EnsureSuccessStatusCode();
        var closed = watch.Elapsed;
        var batch = await completion;
        if (batch.GetProperty("succeeded").GetInt64() != members) throw new InvalidOperationException($"It came to {batch}.");

        storage.Refresh();
        var ended = meanwhile.GetProperty("total").GetInt64() - meanwhile.GetProperty("pending").GetInt64();
        return new Outcome(
            members, filled, ended / filled.TotalSeconds, closed - filled, watch.Elapsed, host.PeakMemory,
            (host.ProcessorTime - own).TotalMilliseconds / members,
            (storage.TotalProcessorTime - other).TotalMilliseconds / members);
    }

    private static async Task SendAsync(HttpClient http, string path, int count, CancellationToken cancellationToken)
    {
        using var body = new StringContent(
            string.Join('\n', Enumerable.Repeat("""{"task": "demo.add", "args": {"a": 1, "b": 2}}""", count)));
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), body, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    // Messages are taken in their order: what is left of those before would stand for the batch's.
    private static async Task WaitUntilIdleAsync(HttpClient http, CancellationToken cancellationToken)
    {
        while ((await http.GetFromJsonAsync<JsonElement>("api/queues/default", cancellationToken)).GetProperty("active").GetInt64() > 0)
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
    }

    private static void Show(Outcome outcome) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{outcome.Members,10:N0} members: filled in {outcome.Fill.TotalSeconds:0.0} s, in which " +
        $"{outcome.EndedMeanwhile:0} a second ended; closed in " +
        $"{outcome.Close.TotalMilliseconds:0} ms, " +
        $"ended after {outcome.End.TotalSeconds:0.0} s ({outcome.Members / outcome.End.TotalSeconds:0} a second); " +
        $"host at most {outcome.Peak / 1048576.0:0} MiB; " +
        $"a member takes {outcome.HostMs:0.00} ms of the host's processor time and {outcome.StorageMs:0.00} ms of Azurite's"));

    private sealed record Outcome(
        int Members, TimeSpan Fill, double EndedMeanwhile, TimeSpan Close, TimeSpan End, long Peak, double HostMs, double StorageMs)
    {
        public double PerMember => End.TotalMilliseconds / Members;
    }
}
