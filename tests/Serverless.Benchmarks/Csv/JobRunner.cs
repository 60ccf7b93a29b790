using System.Diagnostics;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Serverless.Benchmarks.Orders;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.Local.Jobs;
using Serverless.Storage;

namespace Serverless.Benchmarks.Csv;

/// <summary>Runs jobs of a host and measures them.</summary>
internal sealed class JobRunner(string storage)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly BlobServiceClient _blobs = new(storage);

    /// <summary>Writes a file of orders.</summary>
    /// <returns>Its path, and its size in bytes.</returns>
    public static (string File, long Bytes) WriteOrders(string folder, int rows, double bad = GenerateOrders.DefaultBadShare)
    {
        var file = Path.Combine(folder, $"orders-{rows}.csv");
        using var stream = File.Create(file);
        new OrdersGenerator(rows, GenerateOrders.DefaultSeed, bad).WriteTo(stream);
        return (file, stream.Length);
    }

    /// <summary>A request for a file of orders, done again each time.</summary>
    public static async Task<JsonObject> OrdersAsync(string file, CancellationToken cancellationToken) => new()
    {
        ["blob"] = $"{Containers.Incoming}/{Path.GetFileName(file)}",
        ["schema"] = JsonNode.Parse(await File.ReadAllTextAsync(OrdersSchema.File, cancellationToken)),
        ["force"] = true,
    };

    public static double Median(List<double> values)
    {
        values.Sort();
        return values.Count % 2 == 1 ? values[values.Count / 2] : (values[values.Count / 2 - 1] + values[values.Count / 2]) / 2;
    }

    public async Task UploadAsync(string file, CancellationToken cancellationToken)
    {
        var incoming = _blobs.GetBlobContainerClient(Containers.Incoming);
        await incoming.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await incoming.GetBlobClient(Path.GetFileName(file)).UploadAsync(file, overwrite: true, cancellationToken);
    }

    /// <summary>Runs a job to its end.</summary>
    public async Task<(double Seconds, JobSummary Summary)> RunAsync(
        HostProcess host, JsonObject request, CancellationToken cancellationToken)
    {
        using var api = new CsvApi(host.Address);
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
}
