namespace Serverless.Csv.Keys;

/// <summary>Finds the records whose key stands in an earlier one, or refers to nothing.</summary>
internal static class Duplicates
{
    /// <summary>Sorts the entries, and gives the positions of all but the first of each key, ascending.</summary>
    public static long[] Find(KeyBins keys) => FindEach(keys, static (entries, found) =>
    {
        for (var i = 1; i < entries.Length; i++)
        {
            if (entries[i].HasKeyOf(entries[i - 1])) found.Add(entries[i].Position);
        }
    });

    /// <summary>Sorts the entries, and gives the positions of those that refer to what is not there, ascending.</summary>
    public static long[] FindDangling(KeyBins keys) => FindEach(keys, static (entries, found) =>
    {
        var isThere = false;
        for (var i = 0; i < entries.Length; i++)
        {
            // What is referred to sorts before what refers to it.
            if (i == 0 || !entries[i].HasKeyOf(entries[i - 1])) isThere = entries[i].Position == KeyWriter.Referenced;
            if (!isThere) found.Add(entries[i].Position);
        }
    });

    // Equal keys are in one bin.
    private static long[] FindEach(KeyBins keys, FindInSorted find)
    {
        var found = new List<long>();
        foreach (var bin in keys.All)
        {
            bin.Items.Sort();
            find(bin.Items, found);
        }

        found.Sort();
        return [.. found];
    }

    private delegate void FindInSorted(ReadOnlySpan<KeyEntry> entries, List<long> found);
}
