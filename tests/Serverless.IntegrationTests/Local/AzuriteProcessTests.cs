using System.Diagnostics;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Serverless.Local.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

public sealed class AzuriteProcessTests
{
    private readonly Progress<string> _progress = new();

    [Fact]
    public async Task StartAsync_SameFolderAgain_KeepsBlobs()
    {
        using var folder = new TemporaryFolder();

        await using (var first = await StartAsync(folder.Path))
        {
            var container = await new BlobServiceClient(first.ConnectionString).CreateBlobContainerAsync("kept");
            await container.Value.UploadBlobAsync("a.txt", BinaryData.FromString("kept"));
        }

        await using var second = await StartAsync(folder.Path);
        var blob = new BlobClient(second.ConnectionString, "kept", "a.txt");
        Assert.Equal("kept", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [Fact]
    public async Task StagedBlock_WithItsHash_IsHeldAgainstIt()
    {
        using var folder = new TemporaryFolder();
        await using var azurite = await StartAsync(folder.Path);
        var container = await new BlobServiceClient(azurite.ConnectionString).CreateBlobContainerAsync("blocks");
        var blob = container.Value.GetBlockBlobClient("a.txt");
        var (first, second) = (Convert.ToBase64String("1"u8), Convert.ToBase64String("2"u8));

        await blob.StageBlockAsync(first, new MemoryStream("one "u8.ToArray()));
        var ofTwo = new UploadTransferValidationOptions
        {
            ChecksumAlgorithm = StorageChecksumAlgorithm.MD5,
            PrecalculatedChecksum = Convert.FromHexString("b8a9f715dbb64fd5c56e7783c6820a61"),
        };
        var refused = await Assert.ThrowsAsync<RequestFailedException>(
            () => blob.StageBlockAsync(second, new MemoryStream("too"u8.ToArray()), new() { TransferValidation = ofTwo }));
        await blob.StageBlockAsync(second, new MemoryStream("two"u8.ToArray()), new() { TransferValidation = ofTwo });
        await blob.CommitBlockListAsync([first, second]);

        Assert.Equal(400, refused.Status);
        Assert.Equal("one two", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [Fact]
    public async Task StartAsync_FolderStillHeld_WaitsForTheOther()
    {
        using var folder = new TemporaryFolder();
        var first = await StartAsync(folder.Path);

        var second = StartAsync(folder.Path);
        await new BlobServiceClient(first.ConnectionString).CreateBlobContainerAsync("kept");
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();
        await using var azurite = await second;
        Assert.True(await new BlobContainerClient(azurite.ConnectionString, "kept").ExistsAsync());
    }

    [Fact]
    public async Task StartAsync_UnreadableData_SaysWhyAtOnce()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "__blobstorage__"), "a file in the place of a folder");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "__azurite_db_blob__.json"), "{ not JSON");

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => StartAsync(folder.Path));

        Assert.Contains("Azurite ended while it started", error.Message, StringComparison.Ordinal);
        Assert.Contains("JSON", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_Running_EndsTheProcess()
    {
        using var folder = new TemporaryFolder();
        var azurite = await StartAsync(folder.Path);
        using var process = Process.GetProcessById(azurite.ProcessId);
        process.EnableRaisingEvents = true;

        await azurite.DisposeAsync();

        Assert.True(process.HasExited);
    }

    private Task<AzuriteProcess> StartAsync(string folder) =>
        AzuriteProcess.StartAsync(folder, _progress, TimeProvider.System, CancellationToken.None);
}
