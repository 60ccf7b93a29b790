using System.Globalization;
using Serverless.CsvJobs.Load;

namespace Serverless.UnitTests.Csv.Load;

/// <summary>Rows come after those that they refer to, circles together, and the rest as they stand.</summary>
public sealed class ReferenceOrderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("2>1", "1 2")]
    [InlineData("1>2", "2 1")]
    [InlineData("1>3 2>3 3>4", "4 3 1 2")]
    [InlineData("1>2 2>1", "1+2")]
    [InlineData("5>6 6>7 7>5 8>6 4>8", "5+6+7 8 4")]
    [InlineData("3>3", "3")]
    [InlineData("1>2 1>3 2>4 3>4 4>2", "2+4 3 1")]
    [InlineData("9>2 9>5 2>7", "7 2 5 9")]
    public void Sort_References_PutsEachRowBehindThoseThatItNeeds(string references, string expected)
    {
        var pairs = references.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(r => r.Split('>')).Select(r => (Number(r[0]), Number(r[1]))).ToList();

        var units = ReferenceOrder.Sort(pairs).GroupBy(p => (p.Anchor, p.Step)).OrderBy(g => g.Key.Anchor).ThenBy(g => g.Key.Step);

        Assert.Equal(expected, string.Join(' ', units.Select(u => string.Join('+', u.Select(p => p.Row).Order()))));
    }

    [Fact]
    public void Sort_ReferencesAtRandom_AreWhatASlowSearchFinds()
    {
        var random = new Random(11);
        for (var run = 0; run < 300; run++)
        {
            var rows = random.Next(2, 12);
            var pairs = Enumerable.Range(0, random.Next(1, 20))
                .Select(_ => (random.Next(1, rows), random.Next(1, rows))).Distinct().ToList();

            var places = ReferenceOrder.Sort([.. pairs]).ToDictionary(p => p.Row, p => (p.Anchor, p.Step));

            Assert.Equal(pairs.SelectMany(p => (int[])[p.Item1, p.Item2]).Distinct().Order(), places.Keys.Order());
            foreach (var (from, to) in from a in places.Keys from b in places.Keys where Reaches(pairs, a, b) select (a, b))
            {
                // Together exactly where each needs the other.
                Assert.Equal(Reaches(pairs, to, from), places[from] == places[to]);
                Assert.True(places[to].CompareTo(places[from]) <= 0, $"{from} comes before {to} in {string.Join(' ', pairs)}");
            }
        }
    }

    [Fact]
    public void Sort_ChainAsLongAsAFile_NeedsNoStack()
    {
        const int length = 300_000;

        var places = ReferenceOrder.Sort([.. Enumerable.Range(1, length).Select(i => (i, i + 1))]);

        Assert.Equal(Enumerable.Range(1, length + 1).Reverse(), places.OrderBy(p => (p.Anchor, p.Step)).Select(p => p.Row));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static bool Reaches(List<(int From, int To)> pairs, int from, int to)
    {
        var (seen, open) = (new HashSet<int>(), new Stack<int>([from]));
        while (open.TryPop(out var row))
        {
            if (row == to) return true;
            if (!seen.Add(row)) continue;
            foreach (var pair in pairs.Where(p => p.From == row)) open.Push(pair.To);
        }

        return false;
    }
}
