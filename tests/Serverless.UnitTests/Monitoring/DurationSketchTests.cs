using Serverless.Monitoring;

namespace Serverless.UnitTests.Monitoring;

public sealed class DurationSketchTests
{
    private static readonly double[] Shares = [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 10)]
    [InlineData(3, 1_000)]
    [InlineData(4, 50_000)]
    public void Percentile_DurationsOverNineDecades_IsWithinOnePercent(int seed, int count)
    {
        var random = new Random(seed);
        var sketch = new DurationSketch();
        var sorted = Enumerable.Range(0, count).Select(_ => TimeSpan.FromMicroseconds(Math.Pow(10, 2 + (random.NextDouble() * 9)))).Order()
            .ToList();
        foreach (var duration in sorted) sketch.Add(duration);

        foreach (var share in Shares)
        {
            // As a fraction, so that the rank is exact.
            var exact = sorted[Math.Max(0, (int)((((long)Math.Round(share * 1000) * count) + 999) / 1000) - 1)];
            Assert.InRange(sketch.FindPercentile(share) / exact, 0.99, 1.01);
        }
    }

    [Theory]
    [InlineData(1, 0.5, 1)]
    [InlineData(1, 0.99, 1)]
    [InlineData(2, 0.5, 1)]
    [InlineData(2, 0.51, 2)]
    [InlineData(2, 0.99, 2)]
    [InlineData(3, 0.5, 2)]
    [InlineData(3, 0.9, 3)]
    [InlineData(3, 0, 1)]
    [InlineData(100, 0.5, 50)]
    [InlineData(100, 0.9, 90)]
    [InlineData(100, 0.07, 7)]
    [InlineData(100, 0.99, 99)]
    [InlineData(100, 1, 100)]
    [InlineData(DurationSketch.MaxExact, 0.5, DurationSketch.MaxExact / 2)]
    public void Percentile_FewDurations_IsTheOneOfNearestRankExactly(int count, double share, int rank)
    {
        var random = new Random(7);
        var (sketch, other) = (new DurationSketch(), new DurationSketch());
        foreach (var i in Enumerable.Range(1, count).OrderBy(_ => random.Next()))
            (i % 3 == 0 ? sketch : other).Add(TimeSpan.FromTicks((12_345_678_901 * i) + 1));
        sketch.Merge(other);

        Assert.Equal((12_345_678_901 * rank) + 1, sketch.FindPercentile(share).Ticks);
        Assert.Equal(sketch.FindPercentile(share), DurationSketch.FromBytes(sketch.ToBytes()).FindPercentile(share));
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(100, 1000)]
    [InlineData(1000, 100)]
    public void Merge_FewWithMany_IsTheSketchOfAll(int one, int other)
    {
        var random = new Random(8);
        var (left, right, all) = (new DurationSketch(), new DurationSketch(), new DurationSketch());
        for (var i = 0; i < one + other; i++)
        {
            var duration = TimeSpan.FromMilliseconds(random.NextDouble() * 5000);
            (i < one ? left : right).Add(duration);
            all.Add(duration);
        }

        left.Merge(right);

        Assert.Equal(one + other, left.Count);
        Assert.Equal(all.ToBytes(), left.ToBytes());
    }

    [Fact]
    public void Merge_TwoSketches_IsTheSketchOfAll()
    {
        var random = new Random(5);
        var (one, other, all) = (new DurationSketch(), new DurationSketch(), new DurationSketch());
        for (var i = 0; i < 1000; i++)
        {
            var duration = TimeSpan.FromMilliseconds(random.NextDouble() * 5000);
            (i % 3 == 0 ? one : other).Add(duration);
            all.Add(duration);
        }

        one.Merge(other);

        Assert.Equal(1000, one.Count);
        Assert.Equal(all.ToBytes(), one.ToBytes());
    }

    [Fact]
    public void FromBytes_WhatWasWritten_AnswersTheSame()
    {
        var random = new Random(6);
        var sketch = new DurationSketch();
        for (var i = 0; i < 10_000; i++) sketch.Add(TimeSpan.FromMilliseconds(random.Next(1, 100_000)));

        var read = DurationSketch.FromBytes(sketch.ToBytes());

        Assert.Equal(sketch.Count, read.Count);
        Assert.All(Shares, share => Assert.Equal(sketch.FindPercentile(share), read.FindPercentile(share)));
        Assert.InRange(sketch.ToBytes().Length, 1, 2_000);
    }

    [Fact]
    public void Percentile_NoDurations_IsZero() => Assert.Equal(TimeSpan.Zero, new DurationSketch().FindPercentile(0.5));

    [Fact]
    public void Add_DurationsBeyondBothEnds_CountAtTheEnds()
    {
        var sketch = new DurationSketch();
        sketch.Add(TimeSpan.Zero);
        sketch.Add(TimeSpan.FromTicks(-5));
        sketch.Add(TimeSpan.MaxValue);

        Assert.Equal(TimeSpan.Zero, sketch.FindPercentile(0.5));
        Assert.Equal(30, sketch.FindPercentile(1).TotalDays);
        Assert.Equal(sketch.ToBytes(), DurationSketch.FromBytes(sketch.ToBytes()).ToBytes());
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 5 })]
    [InlineData(new byte[] { 1, 5 })]
    [InlineData(new byte[] { 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 1 })]
    [InlineData(new byte[] { 1, 1, 0 })]
    [InlineData(new byte[] { 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0, 0xFF })]
    [InlineData(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1 })]
    public void FromBytes_SomethingElse_IsRefused(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => DurationSketch.FromBytes(bytes));
}
