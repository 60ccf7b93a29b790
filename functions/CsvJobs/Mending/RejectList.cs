using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Csv.Schema;

namespace Serverless.CsvJobs.Mending;

/// <summary>The rejects of a job, read a page at a time at the page's cost.</summary>
/// <param name="blob">The list.</param>
/// <param name="schema">The schema.</param>
/// <param name="raws">Reads records as the file was read; null when nothing is known of that.</param>
internal sealed class RejectList(BlockBlobClient blob, TableSchema schema, RawRecords? raws)
{
    // A page looks at no more, however few of it fit the filter, and shows no more, however long records are.
    private const long MaxScanned = 16 << 20;
    private const long MaxCounted = 256 << 20;
    private const int MaxShown = 4 << 20;

    /// <summary>Reads a page.</summary>
    /// <param name="filter">Which are meant.</param>
    /// <param name="size">How many it has at most.</param>
    /// <param name="after">Where it begins; null for the first.</param>
    /// <param name="counts">Goes on behind the page, and counts.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <returns>Null when <paramref name="after"/> is no place of the list as it is now.</returns>
    /// <exception cref="RequestFailedException">There is no list, or it changed while it was read.</exception>
    public async Task<RejectPage?> ReadAsync(RejectFilter filter, int size, string? after, bool counts, CancellationToken cancellationToken)
    {
        var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
        var version = properties.ETag.ToString("G");
        if (PlaceOf(after, version) is not { } start || start > properties.ContentLength) return null;

        var options = new BlobOpenReadOptions(allowModifications: false)
        {
            Position = start,
            Conditions = new BlobRequestConditions { IfMatch = properties.ETag },
        };
        await using var stream = await blob.OpenReadAsync(options, cancellationToken);
        using var reader = new RejectReader(stream, start);
        var (found, count, shown, end, isExact) = (new List<RejectedRecord>(), 0L, 0, (long?)null, true);
        do
        {
            while (reader.TryRead())
            {
                var read = reader.NextPosition - start;
                if (filter.Fits(reader, schema, raws))
                {
                    count++;
                    if (end is null) shown += Add(found, reader);
                }

                if (end is null && (found.Count == size || shown > MaxShown || read > MaxScanned)) end = reader.NextPosition;
                isExact = !counts || read <= MaxCounted;
                if (end is not null && (!counts || !isExact)) return Page();
            }
        }
        while (await reader.FillAsync(cancellationToken));
        return Page();

        RejectPage Page() => new(
            [.. schema.Fields.Select(f => f.Name)], found,
            end < properties.ContentLength ? string.Create(CultureInfo.InvariantCulture, $"{version}.{end}") : null, Refusal: null,
            counts ? count : null, isExact);
    }

    private int Add(List<RejectedRecord> found, RejectReader reader)
    {
        var (raw, (field, code, message)) = (reader.Raw, reader.Fault);
        var file = reader.File is { Length: > 0 } name ? name : null;
        found.Add(new RejectedRecord(reader.Row, reader.Line, field, code, message, raw, raws?.ParseValues(raw), file));
        return raw.Length;
    }

    private static long? PlaceOf(string? after, string version)
    {
        if (after is null) return 0;
        return after.StartsWith(version + ".", StringComparison.Ordinal) && long.TryParse(
            after.AsSpan(version.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : null;
    }
}
