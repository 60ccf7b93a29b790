using System.Reflection;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

/// <summary>
/// The functions of the queues are written from <c>infra/queues.json</c> into a file of the repository. They cannot come from a source
/// generator: those of the worker, which list the functions for the host, do not see what another generator made.
/// </summary>
public sealed class QueueFunctionsTests
{
    private const string Variable = "SERVERLESS_WRITE_QUEUE_FUNCTIONS";

    private static readonly QueueCatalog Catalog = QueueCatalog.Load();

    private static readonly string Source = Path.Combine(Repository.Root, "functions", "Tasks", "QueueFunctions.cs");

    [Fact]
    public void Source_OfTheQueuesFunctions_IsWhatTheListOfQueuesMakes()
    {
        var expected = Write();
        if (Environment.GetEnvironmentVariable(Variable) is not null) File.WriteAllText(Source, expected);

        Assert.Equal(expected, File.ReadAllText(Source), ignoreLineEndingDifferences: true);
    }

    // A lane that a function elsewhere takes carries no tasks.
    private static IEnumerable<string> TaskLanes() => Catalog.Lanes.Except(
        typeof(QueueFunctions).Assembly.GetTypes().Where(t => t != typeof(QueueFunctions)).SelectMany(t => t.GetMethods())
            .SelectMany(m => m.GetParameters())
            .Select(p => p.GetCustomAttribute<ServiceBusTriggerAttribute>()?.QueueName).OfType<string>());

    private static string Write()
    {
        var source = new StringBuilder(
            $$"""
            // Written from infra/queues.json by {{Variable}}=1 dotnet test tests/Serverless.InfraTests --filter QueueFunctions

            using Azure.Messaging.ServiceBus;
            using Microsoft.Azure.Functions.Worker;
            using Microsoft.DurableTask.Client;
            using Serverless.Messaging;
            using Serverless.Tasks.Running;

            namespace Serverless.Tasks;

            /// <summary>A function for each lane of <c>infra/queues.json</c> that carries tasks.</summary>
            internal sealed class QueueFunctions(TaskRunner runner)
            {

            """);
        source.AppendJoin('\n', TaskLanes().Select(WriteFunction));
        return source.Append("}\n").ToString();
    }

    private static string WriteFunction(string lane)
    {
        Assert.True(Catalog.TryFindLane(lane, out var queue));
        return queue.RequiresSession
            ? $"""
                [Function("{FunctionName(lane)}")]
                public Task {MethodName(lane)}(
                    [ServiceBusTrigger("{lane}", Connection = QueueConnection.Setting, IsSessionsEnabled = true)] ServiceBusReceivedMessage message,
                    ServiceBusMessageActions actions, ServiceBusSessionMessageActions session, [DurableClient] DurableTaskClient durable,
                    CancellationToken token) => runner.RunInTurnAsync("{lane}", message, actions, session, durable, token);

            """
            : $"""
                [Function("{FunctionName(lane)}")]
                public Task {MethodName(lane)}(
                    [ServiceBusTrigger("{lane}", Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
                    ServiceBusMessageActions actions, [DurableClient] DurableTaskClient durable, CancellationToken token) =>
                    runner.RunAsync("{lane}", message, actions, durable, token);

            """;
    }

    // Without hyphens: on Linux a function with one in its name cannot be disabled by a setting.
    private static string FunctionName(string lane) => $"queue_{lane.Replace('-', '_')}";

    private static string MethodName(string lane) =>
        string.Concat(lane.Split('-', '_').Select(p => char.ToUpperInvariant(p[0]) + p[1..]));
}
