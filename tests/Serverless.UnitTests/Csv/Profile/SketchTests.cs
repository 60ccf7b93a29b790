using System.Globalization;
using System.Text;
using Serverless.Csv.Profile;

namespace Serverless.UnitTests.Csv.Profile;

/// <summary>Each sketch against what counting everything gives, on seeded data of several shapes.</summary>
public sealed class SketchTests
{
    private static readonly double[] Shares = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];

    public static TheoryData<string> Shapes => ["uniform", "normal", "log-normal", "sorted", "reversed", "few", "constant"];

    [Theory]
    [InlineData(10)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(2_000)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void Estimate_DistinctValues_IsWithinTwoPercent(int distinct)
    {
        var errors = new List<double>();
        for (var run = 0; run < 5; run++)
        {
            var sketch = new DistinctSketch(SketchSizes.Full);
            for (var i = 0; i < distinct; i++) sketch.Add(HashOf($"run {run} value {i}"));
            for (var i = 0; i < Math.Min(distinct, 5_000); i++) sketch.Add(HashOf($"run {run} value {i}"));
            Assert.Equal(distinct <= 512, sketch.IsExact);
            errors.Add((sketch.Estimate() - distinct) / (double)distinct);
        }

        Assert.All(errors, e => Assert.InRange(e, -0.02, 0.02));
        if (distinct <= 512) Assert.All(errors, e => Assert.Equal(0, e));
    }

    [Fact]
    public void Merge_DistinctSketches_DependsOnValuesAlone()
    {
        var random = new Random(20261124);
        var values = Enumerable.Range(0, 30_000).Select(_ => random.Next(9_000)).ToArray();
        var whole = new DistinctSketch(SketchSizes.Full);
        foreach (var value in values) whole.Add(HashOf($"{value}"));

        for (var attempt = 0; attempt < 10; attempt++)
        {
            var parts = Cut(values, random, part =>
            {
                var sketch = new DistinctSketch(SketchSizes.Full);
                foreach (var value in part) sketch.Add(HashOf($"{value}"));
                return sketch;
            });
            var merged = new DistinctSketch(SketchSizes.Full);
            foreach (var part in parts) merged.Merge(Copy(part, (s, w) => s.Write(w), r => DistinctSketch.Read(r, SketchSizes.Full)));
            Assert.Equal(Bytes(w => whole.Write(w)), Bytes(w => merged.Write(w)));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Quantiles_AnyShape_RanksAreWithinOnePercent(string shape)
    {
        var values = Values(shape, 200_000);
        var sketch = Quantiles(values);

        AssertRanks(values, sketch);
        Assert.Equal((values.Min(), values.Max(), values.Length), (sketch.Minimum, sketch.Maximum, sketch.Count));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Quantiles_MergedInAnyOrder_RanksAreWithinOnePercent(string shape)
    {
        var values = Values(shape, 200_000);
        var random = new Random(7);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var merged = new QuantileSketch(SketchSizes.Full);
            foreach (var part in Cut(values, random, Quantiles))
                merged.Merge(Copy(part, (s, w) => s.Write(w), r => QuantileSketch.Read(r, SketchSizes.Full)));
            AssertRanks(values, merged);
            Assert.True(Bytes(w => merged.Write(w)).Length < 14_000);
        }
    }

    [Fact]
    public void Quantiles_FewValues_AreExact()
    {
        var sketch = Quantiles([.. Enumerable.Range(1, 100).Select(i => (double)i)]);

        Assert.Equal([1, 25, 50, 75, 100], sketch.FindQuantiles([0, 0.25, 0.5, 0.75, 1]));
        Assert.Equal([0, 49, 100], sketch.CountBelow([1, 50, 101]));
        Assert.Empty(new QuantileSketch(SketchSizes.Full).FindQuantiles([0.5]));
    }

    [Fact]
    public void Top_SkewedValues_AreWithinTheStatedError()
    {
        var random = new Random(11);
        var values = Enumerable.Range(0, 200_000).Select(_ => (int)Math.Min(1 / (1 - random.NextDouble()), 100_000)).ToArray();
        var exact = values.CountBy(v => v).ToDictionary(p => $"{p.Key}", p => (long)p.Value);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var merged = new FrequentValues(SketchSizes.Full);
            foreach (var part in Cut(values, random, Frequent))
                merged.Merge(Copy(part, (s, w) => s.Write(w), r => FrequentValues.Read(r, SketchSizes.Full)));

            Assert.True(merged.Forgotten <= values.Length / 128);
            Assert.All(merged.ListTop(50), v => Assert.InRange(exact[v.Value], v.Count, v.AtMost));
            var sure = exact.Where(p => p.Value > 2 * merged.Forgotten).Select(p => p.Key);
            Assert.Empty(sure.Except(merged.ListTop(256).Select(v => v.Value)));
        }
    }

    [Fact]
    public void Top_FewValues_IsExactAndOrdered()
    {
        var values = Frequent([3, 1, 2, 3, 3, 1, 2]);

        Assert.Equal([new("3", 3, 3), new("1", 2, 2), new("2", 2, 2)], values.ListTop(5));
        Assert.Equal([new("3", 3, 3)], values.ListTop(1));
    }

    [Fact]
    public void Top_LongValue_IsCutBetweenCharacters()
    {
        var values = new FrequentValues(SketchSizes.Full);
        var text = Encoding.UTF8.GetBytes("x" + new string('é', 40));
        values.Add(ValueHash.Of(text), text);

        Assert.Equal("x" + new string('é', 29) + "…", Assert.Single(values.ListTop(1)).Value);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Moments_MergedInAnyOrder_AreThoseOfAllValues(string shape)
    {
        // A large offset is what a sum of squares would lose everything to.
        var values = Values(shape, 50_000).Select(v => v + 1e9).ToArray();
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
        var random = new Random(5);
        var merged = default(Moments);
        foreach (var part in Cut(values, random, Of)) merged.Merge(part);

        Assert.Equal(mean, merged.Mean!.Value, 1e-9 * mean);
        Assert.InRange(merged.StandardDeviation!.Value, deviation * 0.9999 - 1e-6, (deviation * 1.0001) + 1e-6);

        static Moments Of(double[] part)
        {
            var moments = default(Moments);
            foreach (var value in part) moments.Add(value);
            return moments;
        }
    }

    [Fact]
    public void Moments_OneValue_HasNoDeviation()
    {
        var moments = default(Moments);
        Assert.Equal((null, null), (moments.Mean, moments.StandardDeviation));
        moments.Add(4);
        Assert.Equal((4.0, null), (moments.Mean, moments.StandardDeviation));
    }

    private static void AssertRanks(double[] values, QuantileSketch sketch)
    {
        var sorted = values.Order().ToArray();
        var found = sketch.FindQuantiles(Shares);
        for (var i = 0; i < Shares.Length; i++)
        {
            // Equal values share a span of ranks, any of which is right.
            var below = sorted.Count(v => v < found[i]) / (double)sorted.Length;
            var upTo = sorted.Count(v => v <= found[i]) / (double)sorted.Length;
            Assert.True(below <= Shares[i] + 0.01 && upTo >= Shares[i] - 0.01, $"{Shares[i]}: {below} to {upTo}");
        }
    }

    private static double[] Values(string shape, int count)
    {
        var random = new Random(20261124);
        return
        [
            .. Enumerable.Range(0, count).Select(i => shape switch
            {
                "uniform" => random.NextDouble(),
                "normal" => Normal(random),
                "log-normal" => Math.Exp(2 * Normal(random)),
                "sorted" => i,
                "reversed" => count - i,
                "few" => random.Next(7),
                _ => 42,
            }),
        ];
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static QuantileSketch Quantiles(double[] values)
    {
        var sketch = new QuantileSketch(SketchSizes.Full);
        foreach (var value in values) sketch.Add(value);
        return sketch;
    }

    private static FrequentValues Frequent(int[] values)
    {
        var frequent = new FrequentValues(SketchSizes.Full);
        foreach (var value in values)
        {
            var text = Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture));
            frequent.Add(ValueHash.Of(text), text);
        }

        return frequent;
    }

    private static ulong HashOf(string text) => ValueHash.Of(Encoding.UTF8.GetBytes(text));

    private static TSketch[] Cut<TValue, TSketch>(TValue[] values, Random random, Func<TValue[], TSketch> sketch)
    {
        var parts = new List<TSketch>();
        for (var start = 0; start < values.Length;)
        {
            var count = Math.Min(values.Length - start, random.Next(1, values.Length / 4));
            parts.Add(sketch(values[start..(start + count)]));
            start += count;
        }

        TSketch[] shuffled = [.. parts];
        random.Shuffle(shuffled);
        return shuffled;
    }

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        write(writer);
        return stream.ToArray();
    }

    private static T Copy<T>(T sketch, Action<T, BinaryWriter> write, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(Bytes(w => write(sketch, w))));
        return read(reader);
    }
}
