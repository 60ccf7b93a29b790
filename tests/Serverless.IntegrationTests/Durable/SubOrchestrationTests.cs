using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.IntegrationTests.Durable;

public sealed class SubOrchestrationTests
{
    private static TestFunctions Functions() => new TestFunctions()
        .Activity<int, int>("Add", n => n + 1)
        .Orchestrator(
            "Child",
            async c =>
                $"{c.InstanceId}; parent {c.Parent?.InstanceId} {c.Parent?.Name}; " +
                $"{await c.CallActivityAsync<int>("Add", c.GetInput<int>())}")
        .Orchestrator(
            "Parent", c => c.CallSubOrchestratorAsync<string>(
                "Child", 41, new SubOrchestrationOptions(instanceId: c.InstanceId + "-child")))
        .Orchestrator<int>("Broken", _ => throw new BusinessException("own", new FormatException("why")))
        .Orchestrator("Waits", async c =>
        {
            c.SetCustomStatus("waiting");
            return await c.WaitForExternalEvent<int>("Go");
        })
        .Orchestrator(
            "ParentOfWaits", c => c.CallSubOrchestratorAsync<int>(
                "Waits", new SubOrchestrationOptions(instanceId: c.InstanceId + "-child")));

    [Fact]
    public async Task Child_WithId_KnowsItsParent()
    {
        await using var host = await DurableHost.StartAsync(Functions());

        Assert.Equal("p-child; parent p Parent; 42", (await host.RunAsync("Parent", id: "p")).ReadOutputAs<string>());
        Assert.Equal("41", (await host.EndAsync("p-child")).SerializedInput);
    }

    [Fact]
    public async Task Children_WithoutIds_AllRun()
    {
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Many", async c =>
        {
            var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => c.CallSubOrchestratorAsync<string>("Child", i)));
            return all.Distinct().Count();
        }));

        Assert.Equal(50, (await host.RunAsync("Many")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Child_Fails_DetailsArriveWhole()
    {
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Catch", async c =>
        {
            try
            {
                return $"no failure {await c.CallSubOrchestratorAsync<int>("Broken")}";
            }
            catch (TaskFailedException e)
            {
                return $"{e.TaskName}; {e.FailureDetails.ErrorType}; {e.FailureDetails.ErrorMessage}; " +
                    $"{e.FailureDetails.InnerFailure?.ErrorMessage}";
            }
        }));

        Assert.Equal(
            $"Broken; {typeof(BusinessException).FullName}; own; why", (await host.RunAsync("Catch")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Child_FailsAndIsRetried_RunsAgainWithTheSameId()
    {
        var tries = 0;
        await using var host = await DurableHost.StartAsync(new TestFunctions()
            .Activity<int, int>("Try", _ => Interlocked.Increment(ref tries) < 3 ? throw new InvalidOperationException("not yet") : tries)
            .Orchestrator("Child", c => c.CallActivityAsync<int>("Try", 0))
            .Orchestrator("Parent", c => c.CallSubOrchestratorAsync<int>(
                "Child", TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(1))).WithInstanceId("the-child"))));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Parent");

        Assert.Equal(3, (await host.TurnClockUntilEndAsync(id, TimeSpan.FromSeconds(1))).ReadOutputAs<int>());
        Assert.Equal(3, (await host.EndAsync("the-child")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Child_WithIdOfARunningOne_FailsItsTask()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions("p-child"));

        var end = await host.RunAsync("Parent", id: "p");

        Assert.Contains("An Orchestration instance with the ID p-child already exists.", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Terminate_Parent_TerminatesTheChildIfRecursive(bool recursive)
    {
        await using var host = await DurableHost.StartAsync(Functions());
        await host.Client.ScheduleNewOrchestrationInstanceAsync("ParentOfWaits", new StartOrchestrationOptions("p"));
        await host.ReachesAsync("p-child", "waiting");

        await host.Client.TerminateInstanceAsync("p", new TerminateInstanceOptions("enough", recursive));

        Assert.Equal("\"enough\"", (await host.EndAsync("p")).SerializedOutput);
        if (!recursive) await host.Client.RaiseEventAsync("p-child", "Go", 7);
        var child = await host.EndAsync("p-child");
        Assert.Equal(recursive ? OrchestrationRuntimeStatus.Terminated : OrchestrationRuntimeStatus.Completed, child.RuntimeStatus);
    }

    [Fact]
    public async Task Terminate_Child_FailsTheParentsTask()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        await host.Client.ScheduleNewOrchestrationInstanceAsync("ParentOfWaits", new StartOrchestrationOptions("p"));
        await host.ReachesAsync("p-child", "waiting");

        await host.Client.TerminateInstanceAsync("p-child");

        Assert.Contains("was terminated", (await host.EndAsync("p")).SerializedOutput, StringComparison.Ordinal);
    }
}
