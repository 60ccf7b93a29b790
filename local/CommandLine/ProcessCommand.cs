using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Csv.Jobs;
using Serverless.Csv.Jobs.Store;
using Serverless.Local.CommandLine.Screens;
using Serverless.Local.Jobs;

namespace Serverless.Local.CommandLine;

/// <summary>Cleans one file: a host for as long as it takes.</summary>
internal sealed class ProcessCommand(IScreen screen, TimeProvider time)
{
    private const int MinChunkBytes = 64 << 10;
    private const int MaxChunkBytes = 256 << 20;
    private const int MaxParallel = 256;
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(30);

    public static CommandSyntax Syntax { get; } = new("process", "Cleans a CSV file.", ["FILE"],
    [
        new("--schema", "S", "A Frictionless Table Schema; FILE's name with .schema.json is taken if it is there, else the schema is inferred."),
        new("--out", "DIR", "Where the results go; ./out/<name of the file> unless given."),
        new("--output", "F", "csv, jsonl or parquet; csv unless given."),
        new("--delimiter", "D", "One character, or tab; found by itself unless given."),
        new("--encoding", "E", "utf-8, windows-1252, shift_jis and so on; found by itself unless given."),
        new("--member", "NAME", "The file of a zip archive that is read, where it holds several."),
        new("--sheet", "NAME", "The sheet of a workbook (.xlsx) that is read; the first unless given."),
        new("--chunk-bytes", "N", "The size of a chunk, 65536 to 268435456; chosen from the file's size unless given."),
        new("--max-parallel", "N", "Chunks at work at once."),
        new("--inference-share", "S", "Without a schema: the share of a column's values that makes its type, over 0.5 to 1; 0.95 unless given."),
        new("--max-rejected-ratio", "R", "Fails when a larger share of the records is rejected, 0 to 1."),
        SessionOptions.Data,
    ]);

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var path = arguments.Positional(0);
        if (path is not null && !File.Exists(path)) arguments.Refuse($"There is no file {path}.");
        var schema = arguments.Text("--schema");
        if (schema is not null && !File.Exists(schema)) arguments.Refuse($"There is no schema {schema}.");
        var options = ReadOptions(arguments);
        arguments.Check();

        var file = new SourceFile(path!);
        var folder = arguments.Text("--out") ?? Path.Combine("out", file.Stem);
        var settings = new SessionOptions(arguments.Text(SessionOptions.Data.Name), Port: 0);
        await using var session = await LocalSession.OpenAsync(settings, screen, time, cancellationToken);
        using var api = new CsvApi(session.Address);
        var job = new FileJob(
            file, options, api, session.Services.GetRequiredService<BlobServiceClient>(), session.Services.GetRequiredService<IncomingBlobs>(), time);
        try
        {
            return await RunAsync(job, file, schema ?? file.FindSchema(), folder, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            screen.Line("Cancelling");
            using var limit = new CancellationTokenSource(CancelLimit, time);
            await job.CancelAsync(limit.Token);
            throw;
        }
    }

    internal static JsonObject ReadOptions(Arguments arguments)
    {
        var options = new JsonObject();
        if (arguments.Choice("--output", "csv", "jsonl", "parquet") is { } output) options["output"] = output;
        if (arguments.Text("--delimiter") is { } delimiter) options["delimiter"] = delimiter;
        if (arguments.Text("--encoding") is { } encoding) options["encoding"] = encoding;
        if (arguments.Text("--member") is { } member) options["member"] = member;
        if (arguments.Text("--sheet") is { } sheet) options["sheet"] = sheet;
        if (arguments.Integer("--chunk-bytes", MinChunkBytes, MaxChunkBytes) is { } chunkBytes) options["chunkBytes"] = chunkBytes;
        if (arguments.Integer("--max-parallel", 1, MaxParallel) is { } maxParallel) options["maxParallel"] = maxParallel;
        if (arguments.Ratio("--inference-share") is { } share) options["inferenceShare"] = share;
        if (arguments.Ratio("--max-rejected-ratio") is { } ratio) options["maxRejectedRatio"] = ratio;
        return options;
    }

    private async Task<int> RunAsync(FileJob job, SourceFile file, string? schema, string folder, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        if (schema is not null) await job.UseSchemaAsync(schema, cancellationToken);
        var known = await job.IsUploadedAsync(cancellationToken);
        if (!known) await UploadAsync(job, file, cancellationToken);

        var status = await job.StartAsync(cancellationToken);
        if (known && status.State is CsvJobState.Failed or CsvJobState.Cancelled)
        {
            // New content, as the storage sees it, is a new job.
            await UploadAsync(job, file, cancellationToken);
            status = await job.StartAsync(cancellationToken);
        }
        else if (known)
        {
            screen.Line($"{(status.State == CsvJobState.Completed ? "Done before" : status.CreatedAt < started ? "Taking up" : "Uploaded before")}: job {status.Id}");
        }

        if (!CsvJobTransitions.IsFinal(status.State))
        {
            status = await screen.TrackAsync($"Cleaning {file.Name}", progress => job.WaitAsync(progress, cancellationToken));
        }

        var results = await job.DownloadAsync(status.Outputs, folder, cancellationToken);
        return new JobReport(screen).Show(file, status, results) ? 0 : 1;
    }

    private async Task UploadAsync(FileJob job, SourceFile file, CancellationToken cancellationToken) =>
        await screen.TrackAsync($"Uploading {file.Name}", async progress =>
        {
            await job.UploadAsync(progress, cancellationToken);
            return true;
        });
}
