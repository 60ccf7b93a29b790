using Serverless.Tasks.Store;

namespace Serverless.UnitTests.Tasks;

public sealed class TaskPauseTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    // Seconds that the pause lasts already, seconds until its breaker's end; and seconds that a message is put off.
    [Theory]
    [InlineData("Task", 0, null, false, 10)]
    [InlineData("Task", 200, null, false, 50)]
    [InlineData("Tenant", 10_000, null, false, 120)]
    [InlineData("Task", 0, 60, false, 60)]
    [InlineData("Task", 60, 1, false, 10)]
    [InlineData("Task", 60, 120, true, 15)]
    [InlineData("Task", 600, 120, true, 120)]
    [InlineData("Queue", 600, 60, false, 10)]
    [InlineData("Queue", 600, 120, true, 10)]
    public void ComputeDelay_OfAPause_IsShortWhereItsEndIsNear(
        string kind, int lasts, int? left, bool isProbing, int expected)
    {
        var pause = new TaskPause(
            Enum.Parse<PauseKind>(kind), "x", Noon.AddSeconds(-lasts), Breaker: left is null ? null : "b",
            Until: left is { } s ? Noon.AddSeconds(s) : null,
            IsProbing: isProbing);

        Assert.Equal(expected, pause.ComputeDelay(Noon).TotalSeconds);
    }
}
