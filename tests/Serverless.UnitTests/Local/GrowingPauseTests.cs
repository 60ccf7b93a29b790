using Microsoft.Extensions.Time.Testing;
using Serverless.Local.Jobs;

namespace Serverless.UnitTests.Local;

public sealed class GrowingPauseTests
{
    [Theory]
    [InlineData(0, 20)]
    [InlineData(400, 20)]
    [InlineData(2_000, 100)]
    [InlineData(3_600_000, 500)]
    public void GetNext_AfterSomeTime_IsATwentiethOfIt(int passed, int pause)
    {
        var time = new FakeTimeProvider();
        var growing = new GrowingPause(time);

        time.Advance(TimeSpan.FromMilliseconds(passed));

        Assert.Equal(TimeSpan.FromMilliseconds(pause), growing.GetNext());
    }
}
