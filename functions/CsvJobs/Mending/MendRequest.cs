using System.Text.Json;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Mending;

/// <summary>The records and rules that were sent to mend a job's rejects.</summary>
/// <param name="Records">Single records, each row once.</param>
/// <param name="Rules">What to change in all others.</param>
internal sealed record MendRequest(IReadOnlyList<MendedRecord> Records, IReadOnlyList<MendRule> Rules)
{
    public async Task SaveAsync(JobFolder folder, string round, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(this));
        await folder.GetOutput(NameOf(round)).UploadAsync(content, options: null, cancellationToken);
    }

    public static async Task<MendRequest> LoadAsync(JobFolder folder, string round, CancellationToken cancellationToken)
    {
        var content = await folder.GetOutput(NameOf(round)).DownloadContentAsync(cancellationToken);
        return content.Value.Content.ToObjectFromJson<MendRequest>()
            ?? throw new InvalidDataException($"The records to mend of {folder.Name} are empty.");
    }

    public static Task DeleteAsync(JobFolder folder, string round, CancellationToken cancellationToken) =>
        folder.GetOutput(NameOf(round)).DeleteIfExistsAsync(cancellationToken: cancellationToken);

    private static string NameOf(string round) => $".mend/{round}.request.json";
}

/// <summary>A rejected record as it should be.</summary>
/// <param name="Row">Its number in the file.</param>
/// <param name="Raw">Its text; null when it is to be left out for good.</param>
internal sealed record MendedRecord(long Row, string? Raw);

/// <summary>Replaces a value wherever it stands in a column of a rejected record.</summary>
/// <param name="Column">The column's name in the schema.</param>
/// <param name="From">The value as it stands in the file.</param>
/// <param name="To">The value that it should be.</param>
internal sealed record MendRule(string Column, string From, string To);
