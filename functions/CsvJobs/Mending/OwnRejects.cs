using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>The list of rejects as the job, or its last round, wrote it.</summary>
/// <param name="blob">The list.</param>
/// <param name="etag">Its content.</param>
internal sealed class OwnRejects(BlockBlobClient blob, ETag etag)
{
    /// <summary>The bytes that are read at a time.</summary>
    public const int ReadBytes = 1 << 20;

    /// <summary>The list.</summary>
    public BlockBlobClient Blob => blob;

    /// <summary>Its content.</summary>
    public ETag ETag => etag;

    /// <summary>Looks at the list.</summary>
    /// <exception cref="CsvJobException">It is another's.</exception>
    public static async Task<OwnRejects> ReadAsync(JobFolder folder, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var blob = folder.GetOutput(Outputs.Rejects);
        return new OwnRejects(blob, (await OwnBlocks.ReadAsync(blob, ids, footer: null, cancellationToken)).ETag);
    }

    /// <summary>Opens it from its start.</summary>
    public Task<Stream> OpenAsync(CancellationToken cancellationToken) => blob.OpenReadAsync(
        new BlobOpenReadOptions(allowModifications: false)
        {
            BufferSize = ReadBytes,
            Conditions = new BlobRequestConditions { IfMatch = etag },
        },
        cancellationToken);

    /// <summary>Goes over all rejects.</summary>
    public async Task VisitAsync(Action<RejectReader> take, CancellationToken cancellationToken)
    {
        await using var list = await OpenAsync(cancellationToken);
        using var reader = new RejectReader(list);
        do
        {
            while (reader.TryRead()) take(reader);
        }
        while (await reader.FillAsync(cancellationToken));
    }
}
