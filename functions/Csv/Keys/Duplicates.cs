namespace Serverless.Csv.Keys;

/// <summary>Finds the records whose key stands in an earlier one, or refers to nothing.</summary>
internal static class Duplicates
{
    /// <summary>Sorts the entries, and gives the positions of all but the first of each key, ascending.</summary>
    public static long[] Find(Span<KeyEntry> entries)
    {
        entries.Sort();
        var found = new List<long>();
        for (var i = 1; i < entries.Length; i++)
        {
            if (entries[i].HasKeyOf(entries[i - 1])) found.Add(entries[i].Position);
        }

        found.Sort();
        return [.. found];
    }

    /// <summary>Sorts the entries, and gives the positions of those that refer to what is not there, ascending.</summary>
    public static long[] FindDangling(Span<KeyEntry> entries)
    {
        entries.Sort();
        var found = new List<long>();
        var isThere = false;
        for (var i = 0; i < entries.Length; i++)
        {
            // What is referred to sorts before what refers to it.
            if (i == 0 || !entries[i].HasKeyOf(entries[i - 1])) isThere = entries[i].Position == KeyWriter.Referenced;
            if (!isThere) found.Add(entries[i].Position);
        }

        found.Sort();
        return [.. found];
    }
}
