using Serverless.Monitoring;

namespace Serverless.Tests.Monitoring;

public sealed class DurationSketchTests
{
    private static readonly double[] _shares = [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 10)]
    [InlineData(3, 1_000)]
    [InlineData(4, 50_000)]
    public void Percentile_DurationsOverNineDecades_IsWithinOnePercent(int seed, int count)
    {
        var random = new Random(seed);
        var sketch = new DurationSketch();
        var sorted = Enumerable.Range(0, count).Select(_ => TimeSpan.FromMicroseconds(Math.Pow(10, 2 + (random.NextDouble() * 9)))).Order().ToList();
        foreach (var duration in sorted) sketch.Add(duration);

        foreach (var share in _shares)
        {
            var exact = sorted[(int)(share * (count - 1))];
            Assert.InRange(sketch.Percentile(share) / exact, 0.99, 1.01);
        }
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
        Assert.All(_shares, share => Assert.Equal(sketch.Percentile(share), read.Percentile(share)));
        Assert.InRange(sketch.ToBytes().Length, 1, 2_000);
    }

    [Fact]
    public void Percentile_NoDurations_IsZero() => Assert.Equal(TimeSpan.Zero, new DurationSketch().Percentile(0.5));

    [Fact]
    public void Add_DurationsBeyondBothEnds_CountAtTheEnds()
    {
        var sketch = new DurationSketch();
        sketch.Add(TimeSpan.Zero);
        sketch.Add(TimeSpan.FromTicks(-5));
        sketch.Add(TimeSpan.MaxValue);

        Assert.Equal(TimeSpan.Zero, sketch.Percentile(0.5));
        Assert.InRange(sketch.Percentile(1).TotalDays, 29.7, 30.3);
        Assert.Equal(sketch.ToBytes(), DurationSketch.FromBytes(sketch.ToBytes()).ToBytes());
    }

    [Theory]
    [InlineData(new byte[] { 5 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 1 })]
    [InlineData(new byte[] { 1, 0 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    public void FromBytes_SomethingElse_IsRefused(byte[] bytes) => Assert.Throws<InvalidDataException>(() => DurationSketch.FromBytes(bytes));
}
