using ArchUnitNET.Loader;

namespace Serverless.InfraTests.Architecture;

/// <summary>
/// The worker's and Durable Task's types stay where functions and orchestrations live: the rest can be read and tested without.
/// </summary>
public sealed class PackageTests
{
    private const string Worker = "Microsoft.Azure.Functions.";
    private const string Durable = "Microsoft.DurableTask.";

    /// <summary>The folders that orchestrations are written, started or waited for in.</summary>
    private static readonly string[] Orchestrating =
    [
        "Orchestrations", "Tasks", "Jobs", "DeadLetters", "Workflows", "CsvJobs", "Email", "Schedules", "Timers", "Cleanup",
    ];

    /// <summary>Types without a function of their own that know the worker, each with what it needs of it.</summary>
    private static readonly string[] KnowTheWorker =
    [
        "Serverless.Access.AccessMiddleware", // runs before every function
        "Serverless.Access.AccessServices", // registers it
        "Serverless.Tasks.Running.TaskRunner", // settles a queue function's message
    ];

    private static readonly ILookup<string, string> Uses = new ArchLoader().LoadAssemblies(typeof(ServerlessServices).Assembly).Build()
        .Types.Where(t => t.Namespace.FullName.StartsWith("Serverless.", StringComparison.Ordinal)
            && !t.Namespace.FullName.StartsWith("Serverless.Local", StringComparison.Ordinal))
        .SelectMany(t => t.Dependencies, (t, d) => (From: Outer(t.FullName), To: d.Target.FullName))
        .ToLookup(u => u.From, u => u.To, StringComparer.Ordinal);

    [Fact]
    public void Worker_IsKnownToFunctions()
    {
        var known = Uses.Where(
            u => u.Any(to => to.StartsWith(Worker, StringComparison.Ordinal))
                && !u.Contains("Microsoft.Azure.Functions.Worker.FunctionAttribute")).Select(u => u.Key).Order(StringComparer.Ordinal);

        Assert.Equal(KnowTheWorker, known);
    }

    [Fact]
    public void DurableTask_IsKnownWhereOrchestrationsLive()
    {
        var folders = Uses.Where(
            u => u.Any(to => to.StartsWith(Durable, StringComparison.Ordinal))
                && !u.Contains("Microsoft.Azure.Functions.Worker.FunctionAttribute")).Select(u => u.Key.Split('.')[1]).Distinct();

        Assert.Equal(Orchestrating.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    private static string Outer(string name) => name.Split('+')[0];
}
