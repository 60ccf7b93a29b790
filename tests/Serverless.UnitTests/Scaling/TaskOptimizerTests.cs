using Serverless.Jobs;

namespace Serverless.UnitTests.Scaling;

public sealed class TaskOptimizerTests
{
    [Theory]
    [InlineData(10_000, 2.0, 120)]          // 60 s of them
    [InlineData(10_000, null, 1_000)]       // nothing measured
    [InlineData(300, null, 300)]
    [InlineData(100, 2.0, 100)]             // not more than there are
    [InlineData(100, 0.001, 1)]             // not less than one, however slow
    [InlineData(0, 2.0, 1)]
    [InlineData(0, null, 1)]
    [InlineData(long.MaxValue, 1e30, long.MaxValue)]
    public void ChunkSize_Speed_FillsAMinute(long total, double? perSecond, long expected) =>
        Assert.Equal(expected, TaskOptimizer.ChooseChunkSize(total, perSecond is { } speed ? new Speed(speed) : null));

    [Fact]
    public void ChunkSize_Target_IsKept() =>
        Assert.Equal(20, TaskOptimizer.ChooseChunkSize(1_000, new Speed(2), TimeSpan.FromSeconds(10)));

    [Fact]
    public void ChunkSize_Impossible_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("total", () => TaskOptimizer.ChooseChunkSize(-1, null));
        Assert.Throws<ArgumentOutOfRangeException>("target", () => TaskOptimizer.ChooseChunkSize(1, null, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(10, 4, 0, true)]        // 2.5 s against 10 s
    [InlineData(10, 1, 0, false)]       // one worker gains nothing
    [InlineData(10, 2, 3, true)]        // 8 s: a fifth better, exactly
    [InlineData(10, 2, 3.01, false)]    // 8.01 s: not quite
    [InlineData(0, 8, 1, false)]
    public void IsParallelBetter_Gain_DecidesFromAFifth(double alone, int workers, double overhead, bool expected) =>
        Assert.Equal(expected, TaskOptimizer.IsParallelBetter(TimeSpan.FromSeconds(alone), workers, TimeSpan.FromSeconds(overhead)));

    [Theory]
    [InlineData(1_000, 1_024, 2_048_000)]
    [InlineData(0, 1_024, 0)]
    [InlineData(long.MaxValue, 1_024, long.MaxValue)]
    public void EstimateMemory_Chunk_IsTwiceItsSize(long items, long bytes, long expected) =>
        Assert.Equal(expected, TaskOptimizer.EstimateMemory(items, bytes));

    [Fact]
    public void TimeFor_HopelesslySlow_IsStillATime() =>
        Assert.True(new Speed(1e-12).EstimateTime(long.MaxValue) > TimeSpan.FromDays(365));
}
