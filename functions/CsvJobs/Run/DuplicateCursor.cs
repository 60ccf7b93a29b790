using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Csv.Keys;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Run;

/// <summary>Goes along a range's records with the duplicates that lie in it: both are in the file's order.</summary>
/// <param name="list">All duplicates.</param>
/// <param name="count">How many.</param>
internal sealed class DuplicateCursor(BlobClient list, long count)
{
    private const int Buffered = 8192;

    private Duplicate[] _buffer = [];
    private int _at;
    private long _next;

    /// <summary>Opens the list at a position of the file.</summary>
    public static async Task<DuplicateCursor> OpenAsync(JobFolder folder, long count, long position, CancellationToken cancellationToken)
    {
        var cursor = new DuplicateCursor(folder.GetPart(KeyParts.Duplicates), count);
        await cursor.SeekAsync(position, cancellationToken);
        return cursor;
    }

    /// <summary>
    /// Moves on to a record. Records are asked for in order. False: what is at hand is used up, and <see cref="FillAsync"/> comes first.
    /// </summary>
    public bool TryReach(long position)
    {
        while (_at < _buffer.Length && _buffer[_at].Position < position) _at++;
        return _at < _buffer.Length || _next == count;
    }

    /// <summary>The key that the record which was reached repeats; -1 for none.</summary>
    public int FindKeyAt(long position) => _at < _buffer.Length && _buffer[_at].Position == position ? _buffer[_at].Key : -1;

    /// <summary>Fetches the next ones.</summary>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _buffer = await ReadAsync(_next, (int)Math.Min(Buffered, count - _next), cancellationToken);
        _next += _buffer.Length;
        _at = 0;
    }

    private async Task SeekAsync(long position, CancellationToken cancellationToken)
    {
        var (low, high) = (0L, count);
        while (high - low > Buffered)
        {
            var middle = low + ((high - low) / 2);
            if ((await ReadAsync(middle, 1, cancellationToken))[0].Position < position) low = middle;
            else high = middle;
        }

        _next = low;
    }

    private async Task<Duplicate[]> ReadAsync(long first, int entries, CancellationToken cancellationToken)
    {
        if (entries == 0) return [];
        var options = new BlobDownloadOptions { Range = new HttpRange(first * Duplicate.Length, (long)entries * Duplicate.Length) };
        var bytes = (await list.DownloadContentAsync(options, cancellationToken)).Value.Content.ToMemory();
        var read = new Duplicate[entries];
        for (var i = 0; i < entries; i++) read[i] = Duplicate.Read(bytes.Span[(i * Duplicate.Length)..]);
        return read;
    }
}
