using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Serverless.Messaging;
using Serverless.Tasks;

namespace Serverless.UnitTests.Tasks;

public sealed class TaskRouterTests
{
    private static readonly QueueCatalog Queues = QueueCatalog.Load();

    [Theory]
    [InlineData("other.task", "default")]
    [InlineData("high_priority.any", "high_priority")]
    [InlineData("low_priority.any", "low_priority")]
    [InlineData("cpu_intensive.hash", "cpu_workers")]
    [InlineData("io_intensive.fetch", "io_workers")]
    [InlineData("memory_intensive.sort", "memory_workers")]
    [InlineData("tenant_import", "tenants")]
    [InlineData("own.queue", "media")]
    [InlineData("cpu_intensive.special", "reports")]
    [InlineData("cpu_intensive.special.deep", "email")]
    [InlineData("high_priority.exact", "notifications")]
    public void Route_Name_LeadsToItsQueue(string task, string queue)
    {
        var routes = new Dictionary<string, string?>
        {
            ["Tasks:Routes:0:Match"] = "cpu_intensive.special*",
            ["Tasks:Routes:0:Queue"] = "reports",
            ["Tasks:Routes:1:Match"] = "cpu_intensive.special.*",
            ["Tasks:Routes:1:Queue"] = "email",
            ["Tasks:Routes:2:Match"] = "high_priority.exact",
            ["Tasks:Routes:2:Queue"] = "notifications",
        };
        var registry = TaskRegistry.Discover(Handlers);

        Assert.True(registry.TryFind(task, out var definition));
        Assert.Equal(queue, Router(routes, registry).Route(definition).Name);
    }

    [Fact]
    public void Create_FaultyRoutesAndHandlers_AreAllNamed()
    {
        var routes = new Dictionary<string, string?>
        {
            ["Tasks:Routes:0:Match"] = "a*b",
            ["Tasks:Routes:0:Queue"] = "default",
            ["Tasks:Routes:1:Match"] = "mail.*",
            ["Tasks:Routes:1:Queue"] = "mail",
            ["Tasks:Routes:2:Queue"] = "default",
        };

        var fault = Assert.Throws<InvalidOperationException>(() => Router(routes, TaskRegistry.Discover([typeof(Nowhere)]))).Message;

        Assert.Contains("Route 'a*b': give a task's name, or the start of names followed by one '*'.", fault, StringComparison.Ordinal);
        Assert.Contains("Route 'mail.*': there is no queue 'mail'. There are: default, email,", fault, StringComparison.Ordinal);
        Assert.Contains("Route '': give a task's name", fault, StringComparison.Ordinal);
        Assert.Contains("Task 'no.queue': there is no queue 'nowhere'.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Discover_FaultyHandlers_AreAllNamed()
    {
        var fault = Assert.Throws<InvalidOperationException>(
            () => TaskRegistry.Discover(
                [typeof(Other), typeof(OtherAgain), typeof(BadName), typeof(NoHandler), typeof(BadNumbers)])).Message;

        Assert.Contains("OtherAgain: the task 'other.task' has another handler already.", fault, StringComparison.Ordinal);
        Assert.Contains("BadName: 'Bad Name' is no task name", fault, StringComparison.Ordinal);
        Assert.Contains("NoHandler: implement ITaskHandler<TArgs, TResult>, once.", fault, StringComparison.Ordinal);
        Assert.Contains("BadNumbers: MaxRetries is -1; give 0 to 100.", fault, StringComparison.Ordinal);
        Assert.Contains("BadNumbers: RetryDelaySeconds is 100000; give 0 to 86400.", fault, StringComparison.Ordinal);
        Assert.Contains("BadNumbers: TimeoutSeconds is 0; give 1 to 86400.", fault, StringComparison.Ordinal);
    }

    private static Type[] Handlers =>
    [
        typeof(Other), typeof(High), typeof(Low), typeof(Cpu), typeof(Io), typeof(Memory), typeof(Tenant), typeof(Own), typeof(Special),
        typeof(Deep), typeof(Exact),
    ];

    private static TaskRouter Router(Dictionary<string, string?> settings, TaskRegistry registry) =>
        new(Queues, registry, new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

    internal abstract class Handler : ITaskHandler<JsonElement, int>
    {
        public Task<int> RunAsync(JsonElement args, TaskContext context) => Task.FromResult(0);
    }

    [TaskHandler("other.task")]
    internal sealed class Other : Handler;

    [TaskHandler("other.task")]
    internal sealed class OtherAgain : Handler;

    [TaskHandler("high_priority.any")]
    internal sealed class High : Handler;

    [TaskHandler("low_priority.any")]
    internal sealed class Low : Handler;

    [TaskHandler("cpu_intensive.hash")]
    internal sealed class Cpu : Handler;

    [TaskHandler("io_intensive.fetch")]
    internal sealed class Io : Handler;

    [TaskHandler("memory_intensive.sort")]
    internal sealed class Memory : Handler;

    [TaskHandler("tenant_import")]
    internal sealed class Tenant : Handler;

    [TaskHandler("own.queue", Queue = "media")]
    internal sealed class Own : Handler;

    [TaskHandler("cpu_intensive.special", Queue = "media")]
    internal sealed class Special : Handler;

    [TaskHandler("cpu_intensive.special.deep")]
    internal sealed class Deep : Handler;

    [TaskHandler("high_priority.exact")]
    internal sealed class Exact : Handler;

    [TaskHandler("no.queue", Queue = "nowhere")]
    internal sealed class Nowhere : Handler;

    [TaskHandler("Bad Name")]
    internal sealed class BadName : Handler;

    [TaskHandler("no.handler")]
    internal sealed class NoHandler;

    [TaskHandler("bad.numbers", MaxRetries = -1, RetryDelaySeconds = 100_000, TimeoutSeconds = 0)]
    internal sealed class BadNumbers : Handler;
}
