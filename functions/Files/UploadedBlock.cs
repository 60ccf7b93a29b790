using System.Globalization;
using System.Text;
using Azure.Storage.Blobs.Models;
using Serverless.Storage;

namespace Serverless.Files;

/// <summary>A block of an upload. Its id says where in the file it belongs: sent again, it replaces itself.</summary>
/// <param name="Id">Its id in storage.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Size">Its bytes.</param>
internal sealed record UploadedBlock(string Id, long Offset, long Size)
{
    // All blocks at a path must have ids of one length, also those that a single request stages: the storage client makes 48 bytes.
    private const int Digits = 15;

    /// <summary>The id of a block.</summary>
    public static string IdOf(string upload, long offset) => Convert.ToBase64String(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{ContentHash.Of(upload)}-{offset:D15}")));

    /// <summary>The blocks of one upload among those of a path, in the order of the file.</summary>
    public static IReadOnlyList<UploadedBlock> Of(string upload, IReadOnlyList<BlobBlock> blocks)
    {
        var prefix = ContentHash.Of(upload) + "-";
        return
        [
            .. from block in blocks
               let text = Text(block.Name)
               where text.StartsWith(prefix, StringComparison.Ordinal) && text.Length == prefix.Length + Digits
               let offset = long.Parse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture)
               orderby offset
               select new UploadedBlock(block.Name, offset, block.SizeLong),
        ];
    }

    /// <summary>The blocks that follow each other from the first byte on; what lies across another is left out.</summary>
    /// <param name="blocks">In the order of the file.</param>
    /// <param name="end">Where they end.</param>
    public static IReadOnlyList<UploadedBlock> Chain(IReadOnlyList<UploadedBlock> blocks, out long end)
    {
        var chain = new List<UploadedBlock>(blocks.Count);
        end = 0;
        foreach (var block in blocks)
        {
            if (block.Offset > end) break;
            if (block.Offset < end) continue;
            chain.Add(block);
            end += block.Size;
        }

        return chain;
    }

    /// <summary>The ranges that blocks make.</summary>
    /// <param name="blocks">In the order of the file.</param>
    public static IReadOnlyList<UploadedRange> Join(IReadOnlyList<UploadedBlock> blocks)
    {
        var ranges = new List<UploadedRange>();
        foreach (var block in blocks)
        {
            var last = ranges.Count == 0 ? null : ranges[^1];
            if (last is not null && block.Offset == last.Offset + last.Size) ranges[^1] = last with { Size = last.Size + block.Size };
            else if (last is null || block.Offset > last.Offset + last.Size) ranges.Add(new UploadedRange(block.Offset, block.Size));
        }

        return ranges;
    }

    private static string Text(string id)
    {
        Span<byte> bytes = stackalloc byte[64];
        return Convert.TryFromBase64String(id, bytes, out var count) ? Encoding.ASCII.GetString(bytes[..count]) : "";
    }
}

/// <summary>A range of a file that has arrived.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Size">Its bytes.</param>
internal sealed record UploadedRange(long Offset, long Size);

/// <summary>The state of an upload.</summary>
/// <param name="Parts">The ranges that are there, in order; what lies between them is missing.</param>
internal sealed record UploadState(IReadOnlyList<UploadedRange> Parts);
