using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Azure;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Local.Screens;
using Serverless.Storage;

namespace Serverless.Local.Jobs;

/// <summary>
/// One input's way through a host. Every step finds out what an earlier, interrupted run has done already: the blob is named after
/// the file, and the same blob and options are the same job.
/// </summary>
internal sealed class FileJob(
    IJobSource file, JsonObject options, Task<CsvApi> api, Containers containers, IncomingBlobs incoming, TimeProvider time)
{
    private bool _hasEnded;

    /// <summary>Known once the job has been started.</summary>
    public string? Id { get; private set; }

    public Task<bool> IsUploadedAsync(CancellationToken cancellationToken) => file.IsUploadedAsync(incoming, cancellationToken);

    /// <summary>Stores a Table Schema under a name made from its content, and asks for it.</summary>
    public async Task UseSchemaAsync(byte[] content, CancellationToken cancellationToken)
    {
        var name = $"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}.json";
        var container = await containers.GetAsync(Containers.Schemas, cancellationToken);
        await container.GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: true, cancellationToken);
        options["schema"] = $"{Containers.Schemas}/{name}";
    }

    /// <summary>Stores a file that the schema's foreign keys refer to, unless it is there, and says which it is.</summary>
    /// <param name="name">Its name in the schema.</param>
    /// <param name="other">The file.</param>
    /// <param name="schema">Its own schema; null when it has none.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    public async Task UseReferenceAsync(string name, SourceFile other, byte[]? schema, CancellationToken cancellationToken)
    {
        var path = $"references/{other.BlobPath}";
        var container = await containers.GetAsync(Containers.Schemas, cancellationToken);
        if (schema is not null)
        {
            await container.GetBlobClient(IncomingBlobs.ListSchemasBeside(path).First())
                .UploadAsync(new BinaryData(schema), overwrite: true, cancellationToken);
        }

        var blob = container.GetBlobClient(path);
        if (!await blob.ExistsAsync(cancellationToken))
        {
            await using var content = other.OpenRead();
            await blob.UploadAsync(content, cancellationToken);
        }

        var references = options["references"] as JsonObject ?? [];
        references[name] = $"{Containers.Schemas}/{path}";
        options["references"] = references;
    }

    /// <summary>Stores the file, together with the options, so that its job starts even if this process ends here.</summary>
    public async Task UploadAsync(IProgress<Step> progress, CancellationToken cancellationToken)
    {
        // A host that has just opened takes a tenth of a second for its first answer, which nobody waits for meanwhile.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var upload = file.UploadAsync(incoming, new Upload(options, progress, time), ending.Token);
        var answer = AskAsync(ending.Token);
        var first = await Task.WhenAny(upload, answer);
        if (!first.IsCompletedSuccessfully)
        {
            // Without a host, nobody is to wait until many gigabytes are stored to hear of it.
            await ending.CancelAsync();
            await Task.WhenAll(upload, answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        }

        await Task.WhenAll(upload, answer);
    }

    /// <summary>Starts the job; when there is one for this file and these options, that one is meant.</summary>
    public async Task<CsvJobStatus> StartAsync(CancellationToken cancellationToken)
    {
        var request = options.DeepClone().AsObject();
        request[file.Request.Option] = file.Request.Value;
        Id = await (await api).StartAsync(request, cancellationToken);
        return await FindAsync(cancellationToken);
    }

    /// <summary>Waits for the end.</summary>
    public async Task<CsvJobStatus> WaitAsync(IProgress<Step> progress, CancellationToken cancellationToken)
    {
        for (var pause = new GrowingPause(time); ;)
        {
            var status = await FindAsync(cancellationToken);
            if (status.Progress is { } now) progress.Report(Describe(now));
            if (_hasEnded) return status;
            await pause.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Cancels the job and waits until nothing of it is at work.</summary>
    public async Task CancelAsync(CancellationToken cancellationToken)
    {
        if (Id is null || _hasEnded) return;
        await (await api).CancelAsync(Id, cancellationToken);
        await WaitAsync(new Progress<Step>(), cancellationToken);
    }

    /// <inheritdoc cref="DownloadAsync(Containers, IReadOnlyList{string}, string, CancellationToken)"/>
    public Task<IReadOnlyList<FileInfo>> DownloadAsync(
        IReadOnlyList<string> outputs, string folder, CancellationToken cancellationToken) =>
        DownloadAsync(containers, outputs, folder, cancellationToken);

    /// <summary>Fetches the outputs; a file of the final name is always complete, and none is left of an earlier run.</summary>
    public static async Task<IReadOnlyList<FileInfo>> DownloadAsync(
        Containers containers, IReadOnlyList<string> outputs, string folder, CancellationToken cancellationToken)
    {
        if (outputs.Count == 0) return [];
        Directory.CreateDirectory(folder);
        var files = new List<FileInfo>();
        foreach (var output in outputs)
        {
            var name = BlobName.Split(output);
            var blob = (await containers.GetAsync(name, cancellationToken)).GetBlobClient(name.Path);
            var target = Path.Combine(folder, CsvOutputs.NameOf(output));
            ResultFiles.RequireOwnName(files, target);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var unfinished = target + ".part";
            using (await blob.DownloadToAsync(unfinished, cancellationToken)) File.Move(unfinished, target, overwrite: true);
            files.Add(new FileInfo(target));
        }

        ResultFiles.DeleteOthers(folder, files);
        return files;
    }

    private async Task AskAsync(CancellationToken cancellationToken) =>
        await (await api.WaitAsync(cancellationToken)).IsAnsweringAsync(cancellationToken);

    private async Task<CsvJobStatus> FindAsync(CancellationToken cancellationToken)
    {
        var status = await (await api).FindAsync(Id!, cancellationToken)
            ?? throw new RequestFailedException($"Job {Id} was started and is not there.");
        _hasEnded = CsvJobTransitions.IsFinal(status.State);
        return status;
    }

    private static Step Describe(CsvJobProgress now)
    {
        var left = now.EtaSeconds is > 0 and { } seconds ? $", {TimeSpan.FromSeconds(seconds):c} left" : "";
        var rows = now.RowsPerSecond > 0 ? string.Create(CultureInfo.InvariantCulture, $"{now.RowsPerSecond:N0} rows/s") : now.Status;
        return new Step(now.TotalBytes > 0 ? now.Bytes / (double)now.TotalBytes : 0, rows + left);
    }
}
