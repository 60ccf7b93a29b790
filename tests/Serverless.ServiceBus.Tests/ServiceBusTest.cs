using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

/// <summary>A test class with a broker of its own for each test.</summary>
public abstract class ServiceBusTest(params QueueDefinition[] queues) : IAsyncLifetime
{
    internal ServiceBusFixture Fixture { get; private set; } = null!;

    public async Task InitializeAsync() => Fixture = await ServiceBusFixture.StartAsync(queues);

    public async Task DisposeAsync() => await Fixture.DisposeAsync();
}
