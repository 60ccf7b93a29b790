using Serverless.CsvJobs.Run;
using Serverless.Jobs;

namespace Serverless.UnitTests.Csv.Jobs;

public sealed class RangePlanTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(1, 8)]
    [InlineData(100, 8)]
    [InlineData(1_024, 32)]
    [InlineData(100_000, 64)]
    public void ChooseChunkBytes_NothingMeasured_IsTheDefault(long mebibytes, long expected) =>
        Assert.Equal(expected * MiB, RangePlan.ChooseChunkBytes(mebibytes * MiB, null));

    [Theory]
    [InlineData(1_024, 50, 32)]         // as it would be: nothing is measured that calls for another size
    [InlineData(5_000, 50, 64)]
    [InlineData(1_024, 0.1, 6)]         // a minute of them
    [InlineData(1_024, 0.001, 1)]       // not smaller, however slow
    [InlineData(100_000, 100, 200)]     // two seconds of them
    [InlineData(100_000, 1_000, 256)]   // not larger, however fast
    [InlineData(16_384, 100, 128)]      // sixteen for each of eight at work
    [InlineData(20, 400, 20)]           // too little to share out
    [InlineData(20, 10, 8)]
    public void ChooseChunkBytes_Measured_IsFitted(long mebibytes, double mebibytesPerSecond, long expected) =>
        Assert.Equal(expected * MiB, RangePlan.ChooseChunkBytes(mebibytes * MiB, null, new Speed(mebibytesPerSecond * MiB), parallel: 8));

    [Fact]
    public void ChooseChunkBytes_Requested_IsWhatWasAskedFor() =>
        Assert.Equal(3 * MiB, RangePlan.ChooseChunkBytes(1_024 * MiB, (int)(3 * MiB), new Speed(0.1 * MiB), parallel: 8));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(long.MaxValue / 1_000_000)]
    public void ChooseChunkBytes_AnySize_IsPossible(long size)
    {
        foreach (var speed in (double[])[1e-9, 1, 1e6, 1e12])
        {
            var chunk = RangePlan.ChooseChunkBytes(size, null, new Speed(speed), parallel: 256);
            Assert.True(chunk > 0 && chunk % 2 == 0 && size / chunk <= 20_000, $"{chunk}");
        }
    }
}
