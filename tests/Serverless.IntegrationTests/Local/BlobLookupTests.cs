using System.Globalization;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>Blobs are found by an index of our own in Azurite: whatever is done to them, it must answer as the account does.</summary>
public sealed class BlobLookupTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    // Alike as numbers, or but for the case, or with other names within them.
    private static readonly string[] Names = ["1", "01", "1e0", "a", "A", "a/b", "ä", "null"];

    [Fact]
    public async Task Blobs_AfterAnyChanges_AreFoundAsAModelHasThem()
    {
        BlobContainerClient[] containers =
        [
            (await azurite.Blobs.CreateBlobContainerAsync("lookups-1")).Value,
            (await azurite.Blobs.CreateBlobContainerAsync("lookups-2")).Value,
        ];
        var model = new Dictionary<(string Container, string Name), string>();
        var staged = new Dictionary<(string Container, string Name), string>();
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var container = containers[random.Next(2)];
            var blob = container.GetBlockBlobClient(Names[random.Next(Names.Length)]);
            var key = (container.Name, blob.Name);
            Assert.Equal(model.GetValueOrDefault(key), await ReadAsync(blob));

            var text = i.ToString(CultureInfo.InvariantCulture);
            switch (random.Next(5))
            {
                case 0:
                    // Blocks alone are a blob that can be deleted, to Azurite.
                    var isThere = staged.Remove(key);
                    isThere |= model.Remove(key);
                    Assert.Equal(isThere, (await blob.DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots)).Value);
                    break;
                case 1:
                    await blob.UploadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));
                    model[key] = text;
                    staged.Remove(key);
                    break;
                case 2:
                    await blob.StageBlockAsync(BlockId(text), new MemoryStream(Encoding.UTF8.GetBytes(text)));
                    staged[key] = text;
                    break;
                case 3 when staged.Remove(key, out var content):
                    await blob.CommitBlockListAsync([BlockId(content)]);
                    model[key] = content;
                    break;
                case 4 when model.TryGetValue(key, out var before):
                    var snapshot = await blob.CreateSnapshotAsync();
                    Assert.Equal(before, await ReadAsync(blob.WithSnapshot(snapshot.Value.Snapshot)));
                    await blob.SetMetadataAsync(new Dictionary<string, string> { ["at"] = text });
                    break;
            }
        }

        var all = new List<((string, string) Key, string Text)>();
        foreach (var container in containers)
        {
            await foreach (var item in container.GetBlobsAsync())
                all.Add(((container.Name, item.Name), (await ReadAsync(container.GetBlockBlobClient(item.Name)))!));
        }

        Assert.Equal(model.OrderBy(m => m.Key).Select(m => (m.Key, m.Value)), all.OrderBy(a => a.Key));
    }

    private static string BlockId(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text.PadLeft(4)));

    private static async Task<string?> ReadAsync(BlobBaseClient blob)
    {
        try
        {
            return (await blob.DownloadContentAsync()).Value.Content.ToString();
        }
        catch (Azure.RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }
}
