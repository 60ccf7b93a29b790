using Serverless.Tasks.Store;

namespace Serverless.UnitTests.Tasks;

public sealed class TaskPauseTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    // Seconds that the pause lasts already, seconds until its breaker's end; and seconds that a message is put off.
    [Theory]
    [InlineData(PauseKind.Task, 0, null, false, 10)]
    [InlineData(PauseKind.Task, 200, null, false, 50)]
    [InlineData(PauseKind.Tenant, 10_000, null, false, 120)]
    [InlineData(PauseKind.Task, 0, 60, false, 60)]
    [InlineData(PauseKind.Task, 60, 1, false, 10)]
    [InlineData(PauseKind.Task, 60, 120, true, 15)]
    [InlineData(PauseKind.Task, 600, 120, true, 120)]
    [InlineData(PauseKind.Queue, 600, 60, false, 10)]
    [InlineData(PauseKind.Queue, 600, 120, true, 10)]
    public void ComputeDelay_OfAPause_IsShortWhereItsEndIsNear(
        PauseKind kind, int lasts, int? left, bool isProbing, int expected)
    {
        var pause = new TaskPause(
            kind, "x", Noon.AddSeconds(-lasts), Breaker: left is null ? null : "b", Until: left is { } s ? Noon.AddSeconds(s) : null,
            IsProbing: isProbing);

        Assert.Equal(expected, pause.ComputeDelay(Noon).TotalSeconds);
    }
}
