using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;
using Moq;
using Serverless.AzureHost;

namespace Serverless.UnitTests.Hosting;

/// <summary>Failures as the worker's own executor throws them, and as they go on from there.</summary>
public sealed class UnwrappingExecutorTests
{
    private static readonly InvalidOperationException Failure = new("failure");

    [Fact]
    public async Task Execute_TaskThatFailed_ThrowsWhatItThrew() =>
        Assert.Same(Failure, await ThrownAsync(nameof(Functions.WithTaskAsync), new AggregateException(Failure)));

    [Fact]
    public async Task Execute_TaskThatFailedWithAnAggregate_ThrowsThat()
    {
        var own = new AggregateException(Failure);

        Assert.Same(own, await ThrownAsync(nameof(Functions.WithTaskAsync), new AggregateException(own)));
    }

    [Fact]
    public async Task Execute_FunctionWithoutATaskThatThrewAnAggregate_ThrowsThat()
    {
        var own = new AggregateException(Failure);

        Assert.Same(own, await ThrownAsync(nameof(Functions.WithoutTask), own));
    }

    [Fact]
    public async Task Execute_CancellationThatTheHostAskedFor_StaysInside()
    {
        var cancelled = new AggregateException(new OperationCanceledException());

        Assert.Same(cancelled, await ThrownAsync(nameof(Functions.WithTaskAsync), cancelled, isCancelled: true));
    }

    [Fact]
    public async Task Execute_CancellationOfItsOwn_IsThrown()
    {
        var own = new OperationCanceledException();

        Assert.Same(own, await ThrownAsync(nameof(Functions.WithTaskAsync), new AggregateException(own)));
    }

    private static async Task<Exception?> ThrownAsync(string method, Exception thrown, bool isCancelled = false)
    {
        var function = new Mock<FunctionDefinition>();
        function.Setup(f => f.EntryPoint).Returns($"{typeof(Functions).FullName}.{method}");
        var context = new Mock<FunctionContext>();
        context.Setup(c => c.FunctionDefinition).Returns(function.Object);
        context.Setup(c => c.CancellationToken).Returns(new CancellationToken(isCancelled));
        var inner = new Mock<IFunctionExecutor>();
        inner.Setup(e => e.ExecuteAsync(context.Object)).Returns(() => ValueTask.FromException(thrown));

        return await Record.ExceptionAsync(async () => await new UnwrappingExecutor(inner.Object).ExecuteAsync(context.Object));
    }

    private static class Functions
    {
        [Function(nameof(WithTaskAsync))]
        public static Task<int> WithTaskAsync() => Task.FromResult(1);

        [Function(nameof(WithoutTask))]
        public static int WithoutTask() => 1;
    }
}
