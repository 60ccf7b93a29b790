using System.Globalization;
using System.Text;
using Serverless.Csv.Keys;

namespace Serverless.UnitTests.Csv.Keys;

public sealed class KeyBinsTests
{
    // A quarter of a million is what a check holds by default.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10_000)]
    [InlineData(250_000)]
    public void Add_DifferentKeys_FillNoBinBeyondAChunk(int count)
    {
        using var bins = new KeyBins(count);
        for (var i = 0; i < count; i++) bins.Add(EntryOf(i, i));

        Assert.Equal(count, bins.Count);
        Assert.All(bins.All, b => Assert.InRange(b.Count, 0, KeyBin.Capacity));
        Assert.Empty(Duplicates.Find(bins));
    }

    // Some keys stand in very many records, and each record but the first of a key is found.
    [Theory]
    [InlineData(60_000, 60_000)]
    [InlineData(60_000, 5_000)]
    [InlineData(60_000, 3)]
    [InlineData(60_000, 1)]
    public void Find_AmongRepeatedKeys_GivesAllButTheFirst(int records, int keys)
    {
        var random = new Random(keys);
        var key = Enumerable.Range(0, records).Select(_ => random.Next(keys)).ToArray();
        using var bins = new KeyBins(records);
        foreach (var position in Enumerable.Range(0, records).OrderBy(_ => random.Next())) bins.Add(EntryOf(key[position], position));

        var first = new HashSet<int>();
        Assert.Equal(Enumerable.Range(0, records).Where(p => !first.Add(key[p])).Select(p => (long)p), Duplicates.Find(bins));
    }

    [Fact]
    public void FindDangling_AmongReferences_GivesThoseToNothing()
    {
        using var bins = new KeyBins(40_000);
        for (var i = 0; i < 20_000; i++)
        {
            if (i % 3 > 0) bins.Add(EntryOf(i, KeyWriter.Referenced));
            bins.Add(EntryOf(i, i));
        }

        Assert.Equal(Enumerable.Range(0, 20_000).Where(i => i % 3 == 0).Select(i => (long)i), Duplicates.FindDangling(bins));
    }

    private static KeyEntry EntryOf(int key, long position) =>
        KeyEntry.OfText(Encoding.UTF8.GetBytes(key.ToString(CultureInfo.InvariantCulture)), position);
}
