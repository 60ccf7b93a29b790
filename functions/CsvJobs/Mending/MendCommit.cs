using System.Text.Json;
using Azure;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>All that a round makes visible, decided before the first of it is: whoever finds it can end what was begun.</summary>
/// <param name="Outputs">The outputs, in the order in which they are committed.</param>
/// <param name="Index">The index that follows.</param>
/// <param name="IndexETag">The state of the index that it follows.</param>
/// <param name="Load">The records that go into a table; null for none.</param>
internal sealed record MendCommit(IReadOnlyList<MendedOutput> Outputs, OutputIndex Index, string IndexETag, MendedLoad? Load = null)
{
    public async Task SaveAsync(JobFolder folder, string round, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(this));
        await folder.GetOutput(NameOf(round)).UploadAsync(content, options: null, cancellationToken);
    }

    /// <summary>Null when there is none.</summary>
    public static async Task<MendCommit?> FindAsync(JobFolder folder, string round, CancellationToken cancellationToken)
    {
        try
        {
            var content = await folder.GetOutput(NameOf(round)).DownloadContentAsync(cancellationToken);
            return content.Value.Content.ToObjectFromJson<MendCommit>();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    public static Task DeleteAsync(JobFolder folder, string round, CancellationToken cancellationToken) =>
        folder.GetOutput(NameOf(round)).DeleteIfExistsAsync(cancellationToken: cancellationToken);

    private static string NameOf(string round) => $".mend/{round}.commit.json";
}

/// <summary>An output that changes.</summary>
/// <param name="Name">Its name in the job's folder.</param>
/// <param name="Blocks">Its blocks, all in storage.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="ETag">The content that it replaces; null for what nobody but the job writes.</param>
internal sealed record MendedOutput(string Name, IReadOnlyList<string> Blocks, string ContentType, string? ETag);

/// <summary>Records that go into a table.</summary>
/// <param name="Plan">The load.</param>
/// <param name="Rows">How many they are.</param>
/// <param name="Refusals">How many times the table has refused others of the round before.</param>
internal sealed record MendedLoad(LoadPlan Plan, long Rows, int Refusals = 0);
