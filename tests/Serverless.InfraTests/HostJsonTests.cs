using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Messaging;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

public sealed class HostJsonTests
{
    /// <summary>The documented names that this app uses, so that a slip of the pen, which the host ignores, is seen.</summary>
    private static readonly HashSet<string> Documented = new(StringComparer.Ordinal)
    {
        "version", "telemetryMode", "functionTimeout",
        "logging.logLevel.*",
        "extensions.http.routePrefix",
        "extensions.serviceBus.autoCompleteMessages", "extensions.serviceBus.prefetchCount", "extensions.serviceBus.maxConcurrentCalls",
        "extensions.serviceBus.maxConcurrentSessions", "extensions.serviceBus.maxAutoLockRenewalDuration",
        "extensions.serviceBus.sessionIdleTimeout",
        "extensions.durableTask.hubName", "extensions.durableTask.maxConcurrentActivityFunctions",
        "extensions.durableTask.maxConcurrentOrchestratorFunctions", "extensions.durableTask.extendedSessionsEnabled",
        "extensions.durableTask.extendedSessionIdleTimeoutInSeconds",
        "extensions.durableTask.storageProvider.controlQueueVisibilityTimeout",
        "extensions.durableTask.storageProvider.workItemQueueVisibilityTimeout",
        "extensions.durableTask.storageProvider.type", "extensions.durableTask.storageProvider.partitionCount",
        "extensions.durableTask.storageProvider.maxQueuePollingInterval",
        "extensions.durableTask.tracing.distributedTracingEnabled", "extensions.durableTask.tracing.version",
    };

    private const string Update = "UPDATE_GENERATED";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly JsonNode Host = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "host.json")))!;

    [Fact]
    public void Names_AreDocumentedOnes() =>
        Assert.All(
            Paths(Host, ""), p => Assert.Contains(
                p.StartsWith("logging.logLevel.", StringComparison.Ordinal) ? "logging.logLevel.*" : p, Documented));

    [Fact]
    public void Names_AllHaveTheirReasonInTheReadme()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "infra", "README.md"));

        Assert.All(
            Paths(Host, "")
                .Where(p => p != "version"), p => Assert.Contains(
                    $"`{(p.StartsWith("logging.", StringComparison.Ordinal) ? "logLevel" : p.Split('.')[^1])}", readme,
                    StringComparison.Ordinal));
    }

    [Fact]
    public void ServiceBus_LeavesSettlementAndLocksToTheApp()
    {
        var bus = Host["extensions"]!["serviceBus"]!;

        Assert.False((bool)bus["autoCompleteMessages"]!);
        // A prefetched message's lock is not renewed.
        Assert.Equal(0, (int)bus["prefetchCount"]!);
        Assert.True(
            TimeSpan.Parse((string)bus["maxAutoLockRenewalDuration"]!, null) >= TimeSpan.Parse((string)Host["functionTimeout"]!, null));
    }

    // What an instance takes and does not run waits under a lock, and counts as room when instances are added.
    [Theory]
    [InlineData("host.json", false)]
    [InlineData("infra/hosts/heavy.json", true)]
    public void ServiceBus_TakesNoMoreThanEachLaneRunsAtOnce(string file, bool heavy)
    {
        var bus = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, file)))!["extensions"]!["serviceBus"]!;
        var entries = QueueCatalog.Load().Entries.Where(e => e.Heavy == heavy).ToList();

        Assert.Equal(entries.Where(e => !e.RequiresSession).Min(e => e.Concurrency), (int)bus["maxConcurrentCalls"]!);
        Assert.All(entries.Where(e => e.RequiresSession), e => Assert.Equal(e.Concurrency, (int)bus["maxConcurrentSessions"]!));
    }

    [Theory]
    [InlineData("heavy.json", true, false)]
    [InlineData("scheduler.json", false, true)]
    [InlineData("heavy-scheduler.json", true, true)]
    public void Variants_DifferInNothingElse(string file, bool heavy, bool scheduler)
    {
        var expected = Host.DeepClone();
        if (heavy) expected["extensions"]!["serviceBus"]!["maxConcurrentCalls"] = LeastOfTheHeavy();
        if (scheduler)
        {
            var durable = expected["extensions"]!["durableTask"]!.AsObject();
            durable["hubName"] = "%TASKHUB_NAME%";
            durable["storageProvider"] = new JsonObject
            {
                ["type"] = "azureManaged",
                ["connectionStringName"] = "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
            };
            // Nobody says that this provider keeps sessions.
            durable.Remove("extendedSessionsEnabled");
            durable.Remove("extendedSessionIdleTimeoutInSeconds");
        }

        var path = Path.Combine(Repository.Root, "infra", "hosts", file);
        if (Environment.GetEnvironmentVariable(Update) == "1") File.WriteAllText(path, expected.ToJsonString(Indented) + "\n");

        Assert.True(
            JsonNode.DeepEquals(expected, JsonNode.Parse(File.ReadAllText(path))),
            $"infra/hosts/{file} is not what host.json and infra/queues.json make: run this test with {Update}=1.");
    }

    // The app that runs the heavy lanes is packaged by a project of its own, which names the file.
    [Fact]
    public void Variants_AreThoseThatThePackagesName()
    {
        var named = string.Concat(((string[])["functions/Serverless.Functions.csproj", "infra/heavy/Serverless.Heavy.csproj"])
            .Select(p => File.ReadAllText(Path.Combine(Repository.Root, p))));

        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "infra", "hosts")),
            f => Assert.Contains($"hosts/{Path.GetFileName(f)}", named, StringComparison.Ordinal));
    }

    [Fact]
    public void Durable_PollsAsOftenAsFlexNeeds()
    {
        var storage = Host["extensions"]!["durableTask"]!["storageProvider"]!;

        Assert.InRange((int)storage["partitionCount"]!, 1, 16);
        Assert.InRange(
            TimeSpan.Parse((string)storage["maxQueuePollingInterval"]!, null), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    // The engine renews a minute's lock 30 seconds before its end, looking each five seconds: below a minute it would renew all the
    // time, above it a host that died keeps its work for as long.
    [Theory]
    [InlineData("controlQueueVisibilityTimeout")]
    [InlineData("workItemQueueVisibilityTimeout")]
    public void Durable_GivesTheWorkOfADeadHostToAnotherWithinAMinute(string name)
    {
        var timeout = (string)Host["extensions"]!["durableTask"]!["storageProvider"]![name]!;

        Assert.Equal(TimeSpan.FromMinutes(1), TimeSpan.Parse(timeout, null));
    }

    [Fact]
    public void Durable_KeepsOrchestratorsBetweenTwoTurns_ButNotForLong()
    {
        var durable = Host["extensions"]!["durableTask"]!;

        Assert.True((bool)durable["extendedSessionsEnabled"]!);
        // A session that is kept holds one of the places, of which half may be sessions.
        Assert.InRange((int)durable["extendedSessionIdleTimeoutInSeconds"]!, 1, 30);
    }

    private static int LeastOfTheHeavy() => QueueCatalog.Load().Entries.Where(e => e.Heavy).Min(e => e.Concurrency);

    private static IEnumerable<string> Paths(JsonNode node, string path) => node is JsonObject members
        ? members.SelectMany(m => Paths(m.Value!, path.Length == 0 ? m.Key : $"{path}.{m.Key}"))
        : [path];
}
