using System.Buffers;
using System.Buffers.Binary;
using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Csv.Keys;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Keys;

/// <summary>The keys of a slot in a run of a range.</summary>
/// <param name="Start">Where the range starts.</param>
/// <param name="First">Where its first record starts.</param>
/// <param name="Offset">Where the entries start in the range's blob of keys.</param>
/// <param name="Count">How many they are.</param>
/// <param name="TextOffset">Where their texts start.</param>
/// <param name="TextBytes">The bytes of the texts.</param>
internal sealed record KeySegment(long Start, long First, long Offset, int Count, long TextOffset, int TextBytes)
{
    private const int EntriesAtOnce = 2048;
    private const int TextBuffer = 64 << 10;

    /// <summary>Takes some of the entries at a time.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="take">Takes them, as they were written.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ReadAsync(JobFolder folder, Action<ReadOnlySpan<byte>> take, CancellationToken cancellationToken)
    {
        await using var content = await OpenAsync(folder, Offset, (long)Count * KeyEntry.Length, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(EntriesAtOnce * KeyEntry.Length);
        try
        {
            for (int left = Count, read; left > 0; left -= read)
            {
                read = Math.Min(left, EntriesAtOnce);
                await content.ReadExactlyAsync(buffer.AsMemory(0, read * KeyEntry.Length), cancellationToken);
                take(buffer.AsSpan(0, read * KeyEntry.Length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes the entries that have texts, one after the other.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="take">Takes an entry and its text.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ReadTextsAsync(JobFolder folder, Action<KeyEntry, ReadOnlyMemory<byte>> take, CancellationToken cancellationToken)
    {
        await using var entries = new BufferedStream(
            await OpenAsync(folder, Offset, (long)Count * KeyEntry.Length, cancellationToken), EntriesAtOnce * KeyEntry.Length);
        await using var texts = new BufferedStream(await OpenAsync(folder, TextOffset, TextBytes, cancellationToken), TextBuffer);
        var bytes = new byte[KeyEntry.Length];
        var text = Array.Empty<byte>();
        for (var i = 0; i < Count; i++)
        {
            await entries.ReadExactlyAsync(bytes, cancellationToken);
            var entry = KeyEntry.Read(bytes);
            if (!entry.IsHashed) continue;
            await texts.ReadExactlyAsync(bytes.AsMemory(0, sizeof(int)), cancellationToken);
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            if (text.Length < length) text = new byte[Math.Max(length, 2 * text.Length)];
            await texts.ReadExactlyAsync(text.AsMemory(0, length), cancellationToken);
            take(entry, text.AsMemory(0, length));
        }
    }

    private async Task<Stream> OpenAsync(JobFolder folder, long offset, long length, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Range = new HttpRange(offset, length) };
        var part = folder.GetPart(KeyParts.NameEntries(Start, First));
        return (await part.DownloadStreamingAsync(options, cancellationToken)).Value.Content;
    }
}
