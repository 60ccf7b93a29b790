using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.CsvJobs.Sets;

/// <summary>The files that a pattern stands for, as they are now, by name.</summary>
/// <param name="Files">The files.</param>
/// <param name="ETag">Stands for all names and contents.</param>
internal sealed record FileListing(IReadOnlyList<ListedFile> Files, string ETag)
{
    /// <summary>The most files of a job.</summary>
    public const int MaxFiles = 100_000;

    /// <summary>Lists the files.</summary>
    /// <exception cref="CsvJobException">There are too many.</exception>
    public static async Task<FileListing> ReadAsync(
        BlobContainerClient incoming, BlobPattern pattern, CancellationToken cancellationToken)
    {
        var files = new List<ListedFile>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var blob in incoming.GetBlobsAsync(new GetBlobsOptions { Prefix = pattern.Prefix }, cancellationToken))
        {
            if (!pattern.Fits(blob.Name) || blob.Properties.ETag is not { } etag) continue;
            if (files.Count == MaxFiles)
            {
                throw new CsvJobException(string.Create(
                    CultureInfo.InvariantCulture, $"Over {MaxFiles:N0} files fit {pattern.Text}: run them as several jobs."));
            }

            var file = new ListedFile(blob.Name, etag.ToString().Trim('"'), blob.Properties.ContentLength ?? 0);
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\n{file.ETag}\n"));
            files.Add(file);
        }

        return new FileListing(files, Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16)));
    }
}

/// <summary>A file as it was listed.</summary>
/// <param name="Path">Its path within <c>incoming</c>.</param>
/// <param name="ETag">Its content.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record ListedFile(string Path, string ETag, long Size);
