using Microsoft.Azure.Functions.Worker;
using Moq;
using Serverless.AzureHost;
using Serverless.TestSupport;

namespace Serverless.UnitTests.Hosting;

/// <summary>Failures as the worker's own executor throws them, and as they go on from there.</summary>
public sealed class UnwrappingExecutorTests
{
    private static readonly InvalidOperationException Failure = new("failure");
    private static readonly AggregateException Own = new(Failure);

    [Fact]
    public async Task Execute_TaskThatFailed_ThrowsWhatItThrew() => Assert.Same(Failure, await ThrownAsync(FailAsync(Failure)));

    [Fact]
    public async Task Execute_TaskThatFailedWithAnAggregate_ThrowsThat() => Assert.Same(Own, await ThrownAsync(FailAsync(Own)));

    [Fact]
    public async Task Execute_FunctionThatThrewAnAggregateBeforeItHadATask_ThrowsThat() =>
        Assert.Same(Own, await ThrownAsync(() => Throw(Own)));

    [Fact]
    public async Task Execute_FunctionThatWaitedForATaskBeforeItHadOne_ThrowsWhatThatThrew()
    {
        var thrown = await ThrownAsync(() =>
        {
            Task.FromException(Failure).Wait();
            return Task.FromResult(1);
        });

        Assert.Same(Failure, Assert.IsType<AggregateException>(thrown).InnerException);
    }

    [Fact]
    public async Task Execute_CancellationThatTheHostAskedFor_StaysInside() =>
        Assert.IsType<AggregateException>(await ThrownAsync(FailAsync(new OperationCanceledException()), isCancelled: true));

    [Fact]
    public async Task Execute_CancellationOfItsOwn_IsThrown()
    {
        var own = new OperationCanceledException();

        Assert.Same(own, await ThrownAsync(FailAsync(own)));
    }

    // Faulted, not cancelled: an async method would end as cancelled.
    private static Func<Task<int>> FailAsync(Exception failure) => () => Task.FromException<int>(failure);

    private static Task<int> Throw(Exception failure) => throw failure;

    private static async Task<Exception?> ThrownAsync(Func<Task<int>> function, bool isCancelled = false)
    {
        var context = new Mock<FunctionContext>();
        context.Setup(c => c.CancellationToken).Returns(new CancellationToken(isCancelled));

        return await Record.ExceptionAsync(
            async () => await new UnwrappingExecutor(new WorkerExecutor(function)).ExecuteAsync(context.Object));
    }
}
