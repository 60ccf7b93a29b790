using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Serverless.AzureHost;

namespace Serverless.UnitTests.Hosting;

/// <summary>The worker's own executor, with ours around it.</summary>
public sealed class UnwrappingExecutorTests
{
    [Fact]
    public async Task Execute_TaskThatFails_ThrowsWhatItThrew() =>
        Assert.Equal("task", (await ThrownAsync<InvalidOperationException>(nameof(Thrower.FailAsync))).Message);

    [Fact]
    public async Task Execute_TaskThatFailsWithAnAggregate_ThrowsThat() =>
        Assert.Equal("its own", Inner(await ThrownAsync<AggregateException>(nameof(Thrower.FailAggregatedAsync))).Message);

    [Fact]
    public async Task Execute_FunctionWithoutATaskThatThrowsAnAggregate_ThrowsThat() =>
        Assert.Equal("its own", Inner(await ThrownAsync<AggregateException>(nameof(Thrower.Fail))).Message);

    [Fact]
    public async Task Execute_CancellationThatTheHostAskedFor_StaysInside() =>
        Assert.IsType<OperationCanceledException>(
            Inner(await ThrownAsync<AggregateException>(nameof(Thrower.CancelAsync), isCancelled: true)));

    [Fact]
    public async Task Execute_CancellationOfItsOwn_IsThrown() =>
        await ThrownAsync<OperationCanceledException>(nameof(Thrower.CancelAsync));

    private static Exception Inner(AggregateException thrown) => Assert.Single(thrown.InnerExceptions);

    private static async Task<T> ThrownAsync<T>(string method, bool isCancelled = false)
        where T : Exception
    {
        var services = new ServiceCollection().AddLogging();
        services.AddFunctionsWorkerCore();
        UnwrappingExecutor.Register(services);
        await using var provider = services.BuildServiceProvider();
        var function = new Mock<FunctionDefinition>();
        function.Setup(f => f.PathToAssembly).Returns(typeof(Thrower).Assembly.Location);
        function.Setup(f => f.EntryPoint).Returns($"{typeof(Thrower).FullName}.{method}");
        function.Setup(f => f.Parameters).Returns([]);
        var context = new Mock<FunctionContext>();
        context.Setup(c => c.FunctionId).Returns(method);
        context.Setup(c => c.FunctionDefinition).Returns(function.Object);
        context.Setup(c => c.Features).Returns(Mock.Of<IInvocationFeatures>());
        context.Setup(c => c.InstanceServices).Returns(provider);
        context.Setup(c => c.CancellationToken).Returns(new CancellationToken(isCancelled));

        return await Assert.ThrowsAsync<T>(async () => await provider.GetRequiredService<IFunctionExecutor>().ExecuteAsync(context.Object));
    }

    internal static class Thrower
    {
        [Function(nameof(FailAsync))]
        public static async Task<int> FailAsync()
        {
            await Task.Yield();
            throw new InvalidOperationException("task");
        }

        [Function(nameof(FailAggregatedAsync))]
        public static async Task<int> FailAggregatedAsync()
        {
            await Task.Yield();
            throw new AggregateException(new InvalidOperationException("its own"));
        }

        [Function(nameof(Fail))]
        public static int Fail() => throw new AggregateException(new InvalidOperationException("its own"));

        [Function(nameof(CancelAsync))]
        public static async Task<int> CancelAsync()
        {
            await Task.Yield();
            throw new OperationCanceledException();
        }
    }
}
