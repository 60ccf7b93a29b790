using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Monitoring.Recording;
using Serverless.Monitoring.Store;
using Serverless.Resilience;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.Timers;

namespace Serverless.IntegrationTests.Monitoring;

/// <summary>The monitor's tables, for one test alone, and the instances that share them.</summary>
internal sealed class MonitorTables(AzuriteFixture azurite, string name, FakeTimeProvider time)
{
    public ExecutionStore Executions { get; } = new(new LazyTable(azurite.Tables, $"{name}Executions"));

    public TotalsStore Totals { get; } = new(new LazyTable(azurite.Tables, $"{name}Totals"));

    public InstanceStore Instances { get; } = new(new LazyTable(azurite.Tables, $"{name}Instances"), time);

    public TaskMonitor Monitor => new(Executions, Totals, Instances, QueueCatalog.Load(), time, NullLogger<TaskMonitor>.Instance);

    /// <summary>An instance of the app.</summary>
    public ExecutionRecorder Instance(string id) =>
        new(new AppInstance(id), Executions, Totals, Instances, new CircuitBreakers(time), time, NullLogger<ExecutionRecorder>.Instance);

    /// <summary>Puts a host on them.</summary>
    public void Register(IServiceCollection services) => services
        .AddSingleton(Executions).AddSingleton(Totals).AddSingleton(Instances)
        .AddSingleton(new WorkStore(new LazyTable(azurite.Tables, $"{name}Timers")));
}
