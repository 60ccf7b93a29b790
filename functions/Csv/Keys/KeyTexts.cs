namespace Serverless.Csv.Keys;

/// <summary>Tells keys apart that share a hash, by their texts: of each hash the first key keeps it, others get one of their own.</summary>
internal sealed class KeyTexts
{
    private readonly Dictionary<UInt128, Known> _known = [];
    private long _apart;

    /// <summary>The entry with what its key is known by from now on.</summary>
    public KeyEntry Add(in KeyEntry entry, ReadOnlySpan<byte> text)
    {
        if (!entry.IsHashed) return entry;
        if (Find(entry, text) is { } found) return found;
        var first = _known.GetValueOrDefault(entry.Id);
        var known = new Known(text.ToArray(), first is null ? entry : entry.WithOwnKey(_apart++), first);
        _known[entry.Id] = known;
        return known.Entry;
    }

    /// <summary>The entry with what its key is known by; null when the key was never added.</summary>
    public KeyEntry? Find(in KeyEntry entry, ReadOnlySpan<byte> text)
    {
        if (!entry.IsHashed) return entry;
        for (var known = _known.GetValueOrDefault(entry.Id); known is not null; known = known.Next)
        {
            if (text.SequenceEqual(known.Text)) return known.Entry with { Position = entry.Position };
        }

        return null;
    }

    private sealed record Known(byte[] Text, KeyEntry Entry, Known? Next);
}
