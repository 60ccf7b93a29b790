using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Serverless.Csv.Profile;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvPipeline.Profiling;

/// <summary>Merges ranges' profiles into that of the folds before, in the file's order, with one column in memory at a time.</summary>
internal sealed class MergeProfiles(Containers containers, CsvPlans plans)
{
    /// <summary>Merges ranges that lie side by side.</summary>
    [Function(nameof(MergeProfiles))]
    public async Task RunAsync([ActivityTrigger] FoldTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var schema = (await plans.LoadAsync(folder, task.ETag, cancellationToken)).Schema.Written;
        string[] names =
        [
            .. task.Fold > 1 ? [ProfileParts.OfFold(task.Fold - 1)] : (string[])[],
            .. task.Ranges.Where(r => r.Rows > 0).Select(r => ProfileParts.OfRange(r.Start, r.First)),
        ];

        var parts = new List<Stream>();
        try
        {
            foreach (var name in names) parts.Add(await OpenAsync(folder.GetPart(name), cancellationToken));
            await using var merged = await folder.GetPart(ProfileParts.OfFold(task.Fold))
                .OpenWriteAsync(overwrite: true, cancellationToken: cancellationToken);
            await TableProfile.MergeAsync(schema, parts, merged, cancellationToken);
        }
        finally
        {
            foreach (var part in parts) await part.DisposeAsync();
        }
    }

    private static async Task<Stream> OpenAsync(BlobClient part, CancellationToken cancellationToken) =>
        (await part.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value.Content;
}
