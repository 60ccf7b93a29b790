using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;
using Serverless.Orchestrations;

namespace Serverless.UnitTests.Storage;

public sealed class InstanceStarterTests
{
    private readonly Mock<DurableTaskClient> _client = new("test");

    [Fact]
    public async Task StartOnce_NoInstance_Starts()
    {
        Instances((OrchestrationMetadata?)null);

        Assert.True(await StartAsync());
        VerifyStarted(Times.Once());
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, true, false)]
    [InlineData(OrchestrationRuntimeStatus.Running, true, false)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, true, false)]
    [InlineData(OrchestrationRuntimeStatus.Completed, false, false)]
    [InlineData(OrchestrationRuntimeStatus.Completed, true, true)]
    [InlineData(OrchestrationRuntimeStatus.Failed, true, true)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, true, true)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, null, false)]
    public async Task StartOnce_KnownInstance_StartsWhenItEndedAndMayBeRestarted(
        OrchestrationRuntimeStatus status, bool? mayRestart, bool starts)
    {
        Instances(Instance(status));

        Assert.Equal(starts, await StartAsync(mayRestart));
        VerifyStarted(starts ? Times.Once() : Times.Never());
    }

    [Fact]
    public async Task StartOnce_AnotherOrchestratorsInstance_IsRefused()
    {
        Instances(new OrchestrationMetadata("Other", "id") { RuntimeStatus = OrchestrationRuntimeStatus.Completed });

        var taken = await Assert.ThrowsAsync<InstanceTakenException>(() => StartAsync(true));
        Assert.Equal("The id 'id' is in use for work of another kind. Give another id.", taken.Message);
        VerifyStarted(Times.Never());
    }

    [Fact]
    public async Task StartOnce_SomebodyElseIsFaster_IsTheirs()
    {
        Instances(null, Instance(OrchestrationRuntimeStatus.Running));
        Refuse();

        Assert.False(await StartAsync());
    }

    [Fact]
    public async Task StartOnce_RefusedAndStillNotThere_Throws()
    {
        Instances(null, null);
        Refuse();

        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync());
    }

    [Fact]
    public async Task StartOnce_RestartIsRefusedAndTheOldOneIsStillThere_Throws()
    {
        Instances(Instance(OrchestrationRuntimeStatus.Terminated), Instance(OrchestrationRuntimeStatus.Terminated));
        Refuse();

        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(true));
    }

    private static OrchestrationMetadata Instance(OrchestrationRuntimeStatus status) => new("Mine", "id") { RuntimeStatus = status };

    private Task<bool> StartAsync(bool? mayRestart = null) =>
        _client.Object.StartOnceAsync("Mine", "id", null, mayRestart is { } answer ? _ => Task.FromResult(answer) : null, default);

    private void Instances(params OrchestrationMetadata?[] found)
    {
        var calls = _client.SetupSequence(c => c.GetInstanceAsync("id", false, It.IsAny<CancellationToken>()));
        foreach (var instance in found) calls = calls.ReturnsAsync(instance);
    }

    private void Refuse() => _client
        .Setup(
            c => c.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
        .ThrowsAsync(new InvalidOperationException("refused"));

    private void VerifyStarted(Times times) => _client.Verify(
        c => c.ScheduleNewOrchestrationInstanceAsync(
            new TaskName("Mine"), null, It.Is<StartOrchestrationOptions>(o => o.InstanceId == "id"), It.IsAny<CancellationToken>()), times);
}
