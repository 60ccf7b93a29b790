using Serverless.Csv.Keys;

namespace Serverless.CsvJobs.Mending;

/// <summary>The keys of the records that earlier rounds have mended, by the schema's lists.</summary>
/// <param name="lists">The entries, whose positions are numbers of records.</param>
internal sealed class KeptKeys(IReadOnlyList<byte[]> lists)
{
    /// <summary>The entries of a list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="without">Records that are mended once more.</param>
    public IEnumerable<KeyEntry> List(int list, IReadOnlySet<long> without)
    {
        var entries = list < lists.Count ? lists[list] : [];
        for (var at = 0; at < entries.Length; at += KeyEntry.Length)
        {
            var entry = KeyEntry.Read(entries.AsSpan(at));
            if (!without.Contains(entry.Position)) yield return entry;
        }
    }

    /// <summary>The entries that the next round gets.</summary>
    /// <param name="list">The list.</param>
    /// <param name="touched">The records of this round.</param>
    /// <param name="added">Their entries.</param>
    public byte[] Keep(int list, IReadOnlySet<long> touched, IEnumerable<KeyEntry> added)
    {
        var kept = new List<byte>();
        var bytes = new byte[KeyEntry.Length];
        foreach (var entry in List(list, touched).Concat(added))
        {
            entry.Write(bytes);
            kept.AddRange(bytes);
        }

        return [.. kept];
    }
}

/// <summary>A key of one of the schema's lists.</summary>
internal readonly record struct KeyOfList(int List, ulong High, ulong Low)
{
    public KeyOfList(int list, in KeyEntry entry)
        : this(list, entry.High, entry.Low)
    {
    }
}
