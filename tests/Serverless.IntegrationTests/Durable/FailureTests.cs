using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Serverless.IntegrationTests.Durable;

public sealed class BusinessException(string message, Exception? inner = null) : Exception(message, inner);

public sealed class FailureTests
{
    private static TestFunctions Functions() => new TestFunctions()
        .Activity<string, int>("FailNested", value => throw new BusinessException("outer " + value, new FormatException("inner " + value)))
        .Activity<string?, string>("Describe", value => $"{value ?? "null"} in Describe")
        .Orchestrator<int>("OwnFailure", _ => throw new BusinessException("own", new FormatException("why")));

    [Fact]
    public async Task Activity_Fails_DetailsArriveWhole()
    {
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Catch", async c =>
        {
            try
            {
                return $"no failure {await c.CallActivityAsync<int>("FailNested", "x")}";
            }
            catch (TaskFailedException e)
            {
                var f = e.FailureDetails;
                return $"{e.TaskName} {e.TaskId}; {f}; {f.InnerFailure}; {f.StackTrace is not null}; "
                    + $"{f.IsCausedBy<BusinessException>()} {f.IsCausedBy<Exception>()} {f.IsCausedBy<FormatException>()}";
            }
        }));

        var end = await host.RunAsync("Catch");

        Assert.Equal(
            $"FailNested 0; {typeof(BusinessException).FullName}: outer x; System.FormatException: inner x; True; True True False",
            end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Orchestrator_CallsAnEntity_FailsInsteadOfWaitingForever()
    {
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator(
            "Count", c => c.Entities.CallEntityAsync<int>(new EntityInstanceId("counter", "a"), "add", 1)));

        var end = await host.RunAsync("Count");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("This host runs no durable entities", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activity_FailsUncaught_FailsTheOrchestrationWithTheCauseInside()
    {
        await using var host = await DurableHost.StartAsync(
            Functions().Orchestrator("Let", c => c.CallActivityAsync<int>("FailNested", "x")));

        var end = await host.RunAsync("Let");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(
            "Microsoft.DurableTask.TaskFailedException: Task 'FailNested' (#0) failed with an unhandled exception: outer x",
            end.SerializedOutput);
        Assert.Equal("outer x", end.FailureDetails?.InnerFailure?.ErrorMessage);
        Assert.Equal("inner x", end.FailureDetails?.InnerFailure?.InnerFailure?.ErrorMessage);
    }

    [Fact]
    public async Task Orchestrator_ThrowsAtOnce_Fails()
    {
        await using var host = await DurableHost.StartAsync(Functions());

        var end = await host.RunAsync("OwnFailure");

        Assert.Equal($"{typeof(BusinessException).FullName}: own", end.SerializedOutput);
        Assert.Equal("why", end.FailureDetails?.InnerFailure?.ErrorMessage);
    }

    [Fact]
    public async Task Activity_Unknown_FailsItsTask()
    {
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Let", c => c.CallActivityAsync<int>("Nobody", 1)));

        var end = await host.RunAsync("Let");

        Assert.Contains("Task 'Nobody' (#0) failed", end.SerializedOutput, StringComparison.Ordinal);
        Assert.Contains("The function 'Nobody' doesn't exist", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orchestrator_Unknown_IsAcceptedThenFails()
    {
        await using var host = await DurableHost.StartAsync(Functions());

        var end = await host.RunAsync("Nobody");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("The function 'Nobody' doesn't exist", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activity_ResultOfAnotherType_FailsAtTheAwait()
    {
        await using var host = await DurableHost.StartAsync(
            Functions().Orchestrator("Let", c => c.CallActivityAsync<int>("Describe", "text")));

        var end = await host.RunAsync("Let");

        Assert.Equal(
            "System.Text.Json.JsonException: The JSON value could not be converted to System.Int32. Path: $ | LineNumber: 0 | " +
            "BytePositionInLine: 18.",
            end.SerializedOutput);
    }

    [Fact]
    public async Task Names_OfAnotherCase_AreFound()
    {
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Let", c => c.CallActivityAsync<string>("DESCRIBE")));

        Assert.Equal("null in Describe", (await host.RunAsync("LET")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Activity_NotAwaited_RunsAndDoesNotHoldTheEnd()
    {
        var ran = new TaskCompletionSource();
        await using var host = await DurableHost.StartAsync(new TestFunctions()
            .Activity<int, int>("Work", n =>
            {
                ran.TrySetResult();
                return n;
            })
            .Orchestrator("Late", c => Task.FromResult(c.CallActivityAsync<int>("Work", 1).IsCompleted)));

        Assert.False((await host.RunAsync("Late")).ReadOutputAs<bool>());
        await ran.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }
}
