using Serverless.Local.Queues;
using Serverless.Local.Sqlite;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues;

/// <summary>Data folders of versions whose broker kept its messages in the host's own file.</summary>
public sealed class OlderQueuesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CheckAsync_MessagesAreLeft_RefusesTheFolderInASentence()
    {
        await MakeAsync(messages: 2);

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => OlderQueues.CheckAsync(_folder.Path));

        Assert.Equal(
            "The data folder holds 2 queue messages of an older version; let that version end them, or choose another data folder.",
            e.Message);
    }

    [Fact]
    public async Task CheckAsync_Empty_RemovesTheTables()
    {
        await MakeAsync(messages: 0);

        await OlderQueues.CheckAsync(_folder.Path);

        await using var store = Open();
        Assert.Equal(0, store.Read(s => s.QueryNumber("SELECT count(*) FROM sqlite_master WHERE name LIKE 'queue_%'")));
    }

    [Fact]
    public async Task CheckAsync_NewFolder_IsFine() => await OlderQueues.CheckAsync(_folder.Path);

    private async Task MakeAsync(int messages)
    {
        await using var store = Open();
        await store.MigrateAsync("queues", "CREATE TABLE queue_messages (seq INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT)");
        for (var i = 0; i < messages; i++)
            await store.WriteAsync(session => session.Execute("INSERT INTO queue_messages (entity) VALUES ('default')"));
    }

    private SqliteStore Open() => SqliteStore.Open(Path.Combine(_folder.Path, "host.db"));
}
