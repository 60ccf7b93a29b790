using System.Diagnostics;
using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Serverless.Local.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>Kills Azurite before it saves: what it acknowledged is there when it is started again.</summary>
public sealed class AzuriteKillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Killed_RowsOfEveryKindOfChange_AreAsTheyWereAcknowledged()
    {
        var tags = new Dictionary<string, string>();
        await using (var azurite = await StartAsync())
        {
            var table = await TableAsync(azurite);
            await table.SubmitTransactionAsync(
                Enumerable.Range(0, 100)
                    .Select(i => new TableTransactionAction(TableTransactionActionType.UpsertMerge, Row($"{i:000}", "sent"))));
            await table.UpdateEntityAsync(
                Row("000", "merged"), (await table.GetEntityAsync<TableEntity>("p", "000")).Value.ETag, TableUpdateMode.Merge);
            await table.DeleteEntityAsync("p", "001");
            await table.AddEntityAsync(Row("100", "added"));
            var gone = new TableClient(azurite.ConnectionString, "Gone");
            await gone.CreateAsync();
            await gone.DeleteAsync();
            await foreach (var row in table.QueryAsync<TableEntity>()) tags[row.RowKey] = row.ETag.ToString();
            await KillAsync(azurite);
        }

        for (var start = 0; start < 2; start++)
        {
            await using var azurite = await StartAsync();
            var rows = new TableClient(azurite.ConnectionString, "Rows").Query<TableEntity>().ToDictionary(r => r.RowKey);
            Assert.Equal(tags, rows.ToDictionary(r => r.Key, r => r.Value.ETag.ToString()));
            Assert.Equal(("merged", "sent", "added"), (rows["000"]["State"], rows["002"]["State"], rows["100"]["State"]));
            Assert.DoesNotContain("Gone", new TableServiceClient(azurite.ConnectionString).Query().Select(t => t.Name));

            // A second death, while the first one's changes are not saved yet.
            await KillAsync(azurite);
        }
    }

    [Fact]
    public async Task Killed_StagedBlocks_CanStillBeCommitted()
    {
        string etag;
        await using (var azurite = await StartAsync())
        {
            var container = (await new BlobServiceClient(azurite.ConnectionString).CreateBlobContainerAsync("files")).Value;
            etag = (await container.UploadBlobAsync("whole.csv", BinaryData.FromString("a,b"))).Value.ETag.ToString();
            var blob = container.GetBlockBlobClient("staged.csv");
            foreach (var id in (string[])["MDAx", "MDAy"]) await blob.StageBlockAsync(id, new MemoryStream(Encoding.UTF8.GetBytes(id)));
            await KillAsync(azurite);
        }

        await using var again = await StartAsync();
        var files = new BlobContainerClient(again.ConnectionString, "files");
        await files.GetBlockBlobClient("staged.csv").CommitBlockListAsync(["MDAx", "MDAy"]);
        Assert.Equal("MDAxMDAy", (await files.GetBlobClient("staged.csv").DownloadContentAsync()).Value.Content.ToString());
        var whole = (await files.GetBlobClient("whole.csv").DownloadContentAsync()).Value;
        Assert.Equal(("a,b", etag), (whole.Content.ToString(), whole.Details.ETag.ToString()));
    }

    [Fact]
    public async Task Killed_WhileItWroteAChange_LosesThatOneAlone()
    {
        await using (var azurite = await StartAsync())
        {
            await (await TableAsync(azurite)).AddEntityAsync(Row("kept", "added"));
            await KillAsync(azurite);
        }

        var journal = Directory.GetFiles(_folder.Path, "__azurite_db_table__.json.journal.*").Single(f => new FileInfo(f).Length > 0);
        await File.AppendAllTextAsync(journal, """{"collection":"devstoreaccount1$Rows","put":{"PartitionKey":"p","RowKey":"cut""");

        await using var again = await StartAsync();
        Assert.Equal("kept", Assert.Single(new TableClient(again.ConnectionString, "Rows").Query<TableEntity>()).RowKey);
    }

    [Fact]
    public async Task Killed_WhileItSaved_TakesTheLastSaveAndWhatCameAfter()
    {
        await using (var azurite = await StartAsync())
        {
            await (await TableAsync(azurite)).AddEntityAsync(Row("kept", "added"));
            await KillAsync(azurite);
        }

        // A save goes to a file of this name first, which is renamed once it is whole.
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "__azurite_db_table__.json~"), """{"filename":"cut o""");

        await using var again = await StartAsync();
        Assert.Equal("kept", Assert.Single(new TableClient(again.ConnectionString, "Rows").Query<TableEntity>()).RowKey);
    }

    [Fact]
    public async Task Killed_AfterASaveOfManyRows_HasThemAndWhatCameAfter()
    {
        await using (var azurite = await StartAsync())
        {
            var table = await TableAsync(azurite);
            for (var round = 0; round < 30; round++)
            {
                await table.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(i => new TableTransactionAction(
                    TableTransactionActionType.Add, Row($"{round:00}-{i:00}", new string('x', 1_000)))));
            }

            var saved = Path.Combine(_folder.Path, "__azurite_db_table__.json");
            await Eventually.TrueAsync(() => Task.FromResult(new FileInfo(saved) is { Exists: true, Length: > 3_000_000 }));

            // Less than a save is worth: the journal alone has it.
            await table.AddEntityAsync(Row("after", "added"));
            await table.DeleteEntityAsync("p", "00-00");
            await KillAsync(azurite);
        }

        await using var again = await StartAsync();
        var rows = new TableClient(again.ConnectionString, "Rows").Query<TableEntity>(select: ["RowKey"]).Select(r => r.RowKey).ToHashSet();
        Assert.Equal((3_000, true, false), (rows.Count, rows.Contains("after"), rows.Contains("00-00")));
    }

    [Fact]
    public async Task Stopped_LeavesNothingToBeFound()
    {
        await using (var azurite = await StartAsync()) await (await TableAsync(azurite)).AddEntityAsync(Row("kept", "added"));

        Assert.All(Directory.GetFiles(_folder.Path, "*.journal.*"), file => Assert.Equal(0, new FileInfo(file).Length));
        await using var again = await StartAsync();
        Assert.Single(new TableClient(again.ConnectionString, "Rows").Query<TableEntity>());
    }

    private Task<AzuriteProcess> StartAsync() =>
        AzuriteProcess.StartAsync(_folder.Path, new Progress<string>(), TimeProvider.System, CancellationToken.None);

    private static async Task<TableClient> TableAsync(AzuriteProcess azurite)
    {
        var table = new TableClient(azurite.ConnectionString, "Rows");
        await table.CreateAsync();
        return table;
    }

    private static TableEntity Row(string key, string state) => new("p", key) { ["State"] = state };

    private static async Task KillAsync(AzuriteProcess azurite)
    {
        using var process = Process.GetProcessById(azurite.ProcessId);
        process.Kill();
        await azurite.Completion;
    }
}
