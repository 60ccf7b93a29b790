using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Csv.Summary;
using Serverless.CsvParsing;
using Serverless.Local.CommandLine;
using Serverless.Local.Jobs;
using Serverless.Local.Storage;

namespace Serverless.Benchmarks.Csv;

/// <summary>Rejects of a large job that are mended, against the job itself: time, and bytes that were written.</summary>
internal static class MendBenchmark
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    public static CommandSyntax Syntax { get; } = new("mend", "Mends rejects of a large job, against a full run.", [],
    [
        new("--rows", "N", "Rows of the file; 1,000,000 unless given."),
        new("--mends", "N", "Rejects that are mended, the file's first; 1,000 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var rows = arguments.GetInteger("--rows", 1, int.MaxValue) ?? 1_000_000;
        var mends = arguments.GetInteger("--mends", 1, int.MaxValue) ?? 1_000;
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("serverless-benchmark-").FullName;
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(
                Path.Combine(folder, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
            await using var host = await HostProcess.StartAsync(
                azurite.ConnectionString, Path.Combine(folder, "data"), cancellationToken);
            var jobs = new JobRunner(azurite.ConnectionString);
            var (file, bytes) = JobRunner.WriteOrders(folder, rows);
            Console.WriteLine($"{rows:N0} rows, {bytes / 1e6:0.0} MB, {Environment.ProcessorCount} cores");
            await jobs.UploadAsync(file, cancellationToken);
            File.Delete(file);

            await jobs.RunAsync(host, await JobRunner.OrdersAsync(file, cancellationToken), cancellationToken);
            var (full, _) = await jobs.RunAsync(host, await JobRunner.OrdersAsync(file, cancellationToken), cancellationToken);
            await MendAsync(host, new BlobServiceClient(azurite.ConnectionString), mends, full, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MendAsync(
        HostProcess host, BlobServiceClient blobs, int mends, double full, CancellationToken cancellationToken)
    {
        using var api = new CsvApi(host.Address);
        var id = (await api.ListAsync(1, cancellationToken))[0].Id;
        var outputs = (await api.FindAsync(id, cancellationToken))!.Outputs.Select(o => o.Name).ToList();
        var (clean, rejects) = (Open("/clean.csv"), Open("/rejects.csv"));
        using var body = new MemoryStream(await BodyAsync(rejects, mends, cancellationToken));

        var started = Stopwatch.GetTimestamp();
        var round = await api.MendAsync(id, body, by: null, cancellationToken);
        MendRound? ended = null;
        while (ended is null)
        {
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
            ended = (await api.FindAsync(id, cancellationToken))!.Mended!.FirstOrDefault(r => r.Id == round);
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (ended.Accepted == 0) throw new InvalidOperationException($"Nothing was mended: {ended}");
        var (written, all) = await SizesAsync(clean, cancellationToken);
        var (list, _) = await SizesAsync(rejects, cancellationToken);
        Console.WriteLine(
            $"  full run {full,7:0.000} s   {ended.Accepted:N0} mended {seconds,7:0.000} s   ratio {seconds / full:0.00}   clean.csv " +
            $"{written / 1e6:0.0} of {all / 1e6:0.0} MB written   rejects.csv {list / 1e6:0.0} MB   " +
            $"host's peak memory {host.PeakMemory / 1e6:0} MB");

        BlockBlobClient Open(string name)
        {
            var output = outputs.First(o => o.EndsWith(name, StringComparison.Ordinal)).Split('/', 2);
            return blobs.GetBlobContainerClient(output[0]).GetBlockBlobClient(output[1]);
        }
    }

    // Blocks of a round start with an m.
    private static async Task<(long Written, long All)> SizesAsync(BlockBlobClient blob, CancellationToken cancellationToken)
    {
        var blocks = (await blob.GetBlockListAsync(BlockListTypes.Committed, cancellationToken: cancellationToken)).Value.CommittedBlocks;
        return (blocks.Where(b => Convert.FromBase64String(b.Name)[0] == 'm').Sum(b => b.SizeLong), blocks.Sum(b => b.SizeLong));
    }

    private static async Task<byte[]> BodyAsync(BlockBlobClient rejects, int mends, CancellationToken cancellationToken)
    {
        var records = new List<object>();
        await using var stream = await rejects.OpenReadAsync(cancellationToken: cancellationToken);
        using var reader = new CsvRecordReader(stream, new CsvDialect());
        do
        {
            while (records.Count < mends && reader.TryRead())
            {
                if (!long.TryParse(reader.Current[0], NumberStyles.None, CultureInfo.InvariantCulture, out var row)) continue;
                records.Add(new { row, raw = $"{row},CUST-1,2024-03-05,,paid,DE,1,4.00,4.00,EUR,false,mended" });
            }
        }
        while (records.Count < mends && await reader.FillAsync(cancellationToken));
        return Encoding.UTF8.GetBytes(JsonSerializer.Serialize(records));
    }
}
