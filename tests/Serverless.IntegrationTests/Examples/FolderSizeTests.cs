using Serverless.Examples;
using Serverless.IntegrationTests.Tasks;
using Serverless.Resilience;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Examples;

[Collection(TaskTests.Name)]
public sealed class FolderSizeTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Run_Folder_CountsWhatLiesInIt()
    {
        var container = await azurite.Containers.GetAsync(Containers.Incoming);
        await container.UploadBlobAsync("folder-size/a.csv", BinaryData.FromString("12345"));
        await container.UploadBlobAsync("folder-size/below/b.csv", BinaryData.FromString("123"));
        await container.UploadBlobAsync("folder-size-beside/c.csv", BinaryData.FromString("1"));

        var id = await _host.Tasks.SendAsync("examples.folder_size", new FolderSize.Args("incoming/folder-size"));
        var record = await _host.WaitAsync(id, TaskState.Success);

        Assert.Equal("io_workers", record.Queue);
        Assert.Equal((2, 8), (record.Result!.Value.GetProperty("blobs").GetInt32(), record.Result.Value.GetProperty("bytes").GetInt32()));
    }

    [Fact]
    public async Task Run_NoSuchContainer_FailsAtOnce()
    {
        var id = await _host.Tasks.SendAsync("examples.folder_size", new FolderSize.Args("secrets/folder"));
        var record = await _host.WaitAsync(id, TaskState.Failure);

        Assert.Equal((ErrorClass.Validation, 0), (record.Error!.Class, record.Attempt));
    }
}
