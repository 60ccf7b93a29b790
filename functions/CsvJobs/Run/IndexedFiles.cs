using System.Text.Json;
using Azure;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Sets;

namespace Serverless.CsvJobs.Run;

/// <summary>The files of a job of several, and what became of their records; a blob beside the index, since there may be 100,000.</summary>
/// <param name="Files">The files, by name.</param>
/// <param name="Counts">The counts of each.</param>
internal sealed record IndexedFiles(IReadOnlyList<InputFile> Files, IReadOnlyList<FileCount> Counts)
{
    /// <summary>The blob's name.</summary>
    public const string Name = ".mend/files.json";

    /// <summary>The files when all ranges are folded.</summary>
    public static IndexedFiles Of(IReadOnlyList<InputFile> files, FilesSoFar? counted) =>
        new(files, [.. files.Select((_, i) => counted?.Counts.ElementAtOrDefault(i) ?? new FileCount(0, 0))]);

    /// <summary>Reads the files of a job.</summary>
    /// <exception cref="CsvJobException">It is of an earlier version, which did not note them.</exception>
    public static async Task<IndexedFiles> LoadAsync(JobFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            var content = await folder.GetOutput(Name).DownloadContentAsync(cancellationToken);
            return content.Value.Content.ToObjectFromJson<IndexedFiles>()
                ?? throw new InvalidDataException($"The list of the files of {folder.Name} is empty.");
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new CsvJobException("The job has no list of its files: run it again with \"force\": true.", e);
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    public async Task SaveAsync(JobFolder folder, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(ToJson());
        await folder.GetOutput(Name).UploadAsync(content, options: null, cancellationToken);
    }

    /// <summary>The counts as <c>summary.json</c> has them.</summary>
    public IReadOnlyList<FileSummary> Summarize() =>
        [.. Files.Zip(Counts, (f, c) => new FileSummary(f.Path, c.Rows, c.Rows - c.Rejected, c.Rejected))];

    /// <summary>The counts when records that were rejected are in the output, or left out for good.</summary>
    /// <param name="accepted">The files of the first, each once for a record.</param>
    /// <param name="dropped">Those of the others.</param>
    public IndexedFiles Mend(IReadOnlyDictionary<string, long> accepted, IReadOnlyDictionary<string, long> dropped) => this with
    {
        Counts = [.. Files.Zip(Counts, (f, c) => new FileCount(
            c.Rows - dropped.GetValueOrDefault(f.Path),
            c.Rejected - accepted.GetValueOrDefault(f.Path) - dropped.GetValueOrDefault(f.Path)))],
    };
}
