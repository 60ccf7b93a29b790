namespace Serverless.Csv.Keys;

/// <summary>Finds the records whose key stands in an earlier one.</summary>
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
}
