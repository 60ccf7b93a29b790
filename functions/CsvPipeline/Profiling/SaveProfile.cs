using Azure.Storage.Blobs.Models;
using Microsoft.Azure.Functions.Worker;
using Serverless.Csv.Profile;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvPipeline.Profiling;

/// <summary>Asks for a profile's figures.</summary>
/// <param name="Folder">The profile's folder.</param>
/// <param name="ETag">The file's content.</param>
/// <param name="Folds">How many folds there are.</param>
/// <param name="Totals">What was counted.</param>
internal sealed record SaveProfileTask(string Folder, string ETag, int Folds, JobTotals Totals);

/// <summary>Writes what a whole file's profile shows beside the job's outputs, and deletes what only the work needed.</summary>
internal sealed class SaveProfile(Containers containers, CsvPlans plans)
{
    /// <summary>Saves the profile.</summary>
    /// <returns>The blob's name, container included.</returns>
    [Function(nameof(SaveProfile))]
    public async Task<string> RunAsync([ActivityTrigger] SaveProfileTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var job = await JobFolder.OpenAsync(containers, task.Folder[..task.Folder.LastIndexOf('/')], cancellationToken);
        var output = job.GetOutput(ExtractFeatures.ProfileName);
        var part = folder.GetPart(ProfileParts.OfFold(task.Folds));

        // Without the part, a run before this one wrote the figures and began to delete.
        if (await part.ExistsAsync(cancellationToken))
        {
            var schema = (await plans.LoadAsync(folder, task.ETag, cancellationToken)).Schema.Written;
            await using var content = (await part.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value.Content;
            var columns = await TableProfile.DescribeAsync(schema, content, cancellationToken);
            using var json = new MemoryStream(new ProfileFile(task.Totals.Rows, task.Totals.Accepted, columns).ToJson());
            await output.UploadAsync(
                json, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } }, cancellationToken);
        }

        await folder.DeletePartsAsync(cancellationToken);
        return $"{Containers.Processed}/{output.Name}";
    }
}
