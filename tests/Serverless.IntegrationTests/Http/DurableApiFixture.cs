using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Http;

/// <summary>A host whose management API is asked.</summary>
public sealed class DurableApiFixture : IAsyncLifetime
{
    internal TestHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await TestHost.StartAsync([typeof(DurableFunctions)]);

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
