using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.Storage;

/// <summary>
/// Pages of blobs by name, from one container or merged from those of several accounts. There, the place where a page ends is the name of
/// its last blob, and for each account the place of the page in which that name comes.
/// </summary>
internal static class BlobPages
{
    /// <summary>The place behind the last page of an account.</summary>
    private const string Ended = "";

    /// <summary>A page.</summary>
    /// <param name="containers">Where the blobs lie.</param>
    /// <param name="prefix">What their names begin with; null for all.</param>
    /// <param name="size">Blobs on a page.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <exception cref="RequestFailedException">400: the place is from nowhere.</exception>
    public static async Task<(IReadOnlyList<BlobItem> Blobs, string? Next)> ReadAsync(
        IReadOnlyList<BlobContainerClient> containers, string? prefix, int size, string? after, CancellationToken cancellationToken)
    {
        if (containers is [var only]) return await ReadPageAsync(only, prefix, size, after, cancellationToken);
        var place = Place.Read(after, containers.Count);
        var blobs = new List<BlobItem>();
        while (blobs.Count < size && !place.IsEnd)
        {
            var current = place;
            var pages = await Task.WhenAll(containers.Select((container, i) =>
                ReadBehindAsync(container, prefix, size, current.Pages[i], current.Last, cancellationToken)));
            var merged = Merge(pages, size - blobs.Count);
            blobs.AddRange(merged.Select(found => found.Blob));
            place = place.After(merged, pages);
        }

        return (blobs, place.IsEnd ? null : place.Write());
    }

    // Names behind the end of an account's page may be on its next one, before those that others have here.
    private static List<(int Account, BlobItem Blob)> Merge(AccountPage[] pages, int count)
    {
        var known = pages.Where(page => page.Next is not null).Select(page => page.Blobs[^1].Name).Min(StringComparer.Ordinal);
        return
        [
            .. pages.SelectMany((page, i) => page.Blobs.Select(blob => (Account: i, Blob: blob)))
                .Where(found => known is null || string.CompareOrdinal(found.Blob.Name, known) <= 0)
                .OrderBy(found => found.Blob.Name, StringComparer.Ordinal).Take(count),
        ];
    }

    // A page that has names behind the last one, or the end.
    private static async Task<AccountPage> ReadBehindAsync(
        BlobContainerClient container, string? prefix, int size, string? start, string? last, CancellationToken cancellationToken)
    {
        while (start != Ended)
        {
            var (blobs, next) = await ReadPageAsync(container, prefix, size, start, cancellationToken);
            var behind = blobs.Where(blob => last is null || string.CompareOrdinal(blob.Name, last) > 0).ToList();
            if (behind.Count > 0 || next is null) return new AccountPage(behind, start, next);
            start = next;
        }

        return new AccountPage([], Ended, null);
    }

    private static async Task<(IReadOnlyList<BlobItem> Blobs, string? Next)> ReadPageAsync(
        BlobContainerClient container, string? prefix, int size, string? after, CancellationToken cancellationToken)
    {
        var pages = container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken).AsPages(after, size);
        await foreach (var page in pages)
            return (page.Values, string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
        return ([], null);
    }

    /// <summary>The blobs of an account on the page that begins at a place.</summary>
    private sealed record AccountPage(IReadOnlyList<BlobItem> Blobs, string? Start, string? Next);

    /// <summary>The end of a merged page.</summary>
    private sealed record Place(string? Last, string?[] Pages)
    {
        [JsonIgnore]
        public bool IsEnd => Pages.All(page => page == Ended);

        /// <summary>The place behind what was taken of pages.</summary>
        public Place After(List<(int Account, BlobItem Blob)> taken, AccountPage[] pages)
        {
            var counts = taken.CountBy(found => found.Account).ToDictionary();
            return new Place(
                taken.Count > 0 ? taken[^1].Blob.Name : Last,
                [.. pages.Select((page, i) => counts.GetValueOrDefault(i) == page.Blobs.Count ? page.Next ?? Ended : page.Start)]);
        }

        public static Place Read(string? text, int accounts)
        {
            if (text is null) return new Place(null, new string?[accounts]);
            try
            {
                var place = JsonSerializer.Deserialize<Place>(Base64Url.DecodeFromChars(text));
                if (place is { Last: not null, Pages.Length: var count } && count == accounts) return place;
            }
            catch (Exception e) when (e is FormatException or JsonException)
            {
                throw Unknown(e);
            }

            throw Unknown(null);
        }

        public string Write() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this)));

        private static RequestFailedException Unknown(Exception? cause) => new(400, "No page ended there.", cause);
    }
}
