using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class TaskLifeTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Send_SmallTask_RunsOnceAndKeepsItsResult()
    {
        var id = await _host.Tasks.SendAsync("demo.add", new { a = 2, b = 3 });

        var record = await _host.WaitAsync(id, TaskState.Success);

        Assert.Equal(5, record.Result!.Value.GetDouble());
        Assert.Equal(("demo.add", "default", 0), (record.Task, record.Queue, record.Attempt));
        Assert.Equal((_host.Time.GetUtcNow(), _host.Time.GetUtcNow()), (record.Started, record.Ended));
        await _host.IdleAsync();
    }
}
