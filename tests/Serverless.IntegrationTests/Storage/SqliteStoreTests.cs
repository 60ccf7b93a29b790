using Serverless.Local.Sqlite;

namespace Serverless.IntegrationTests.Storage;

public sealed class SqliteStoreTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("store-").FullName;
    private SqliteStore _store = null!;

    private string File => Path.Combine(_folder, "host.db");

    public async Task InitializeAsync()
    {
        _store = SqliteStore.Open(File);
        await _store.MigrateAsync("test", "CREATE TABLE numbers (n INTEGER PRIMARY KEY)");
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task WriteAsync_ManyAtOnce_KeepsAllInOrder()
    {
        var writes = Enumerable.Range(0, 2_000).Select(n => _store.WriteAsync(s =>
        {
            s.Execute("INSERT INTO numbers VALUES ($1)", n);
            return s.QueryNumber("SELECT count(*) FROM numbers");
        })).ToList();

        Assert.Equal(Enumerable.Range(1, 2_000).Select(n => (long)n), await Task.WhenAll(writes));
        Assert.Equal(2_000, Count());
    }

    [Fact]
    public async Task WriteAsync_OneFails_RollsBackThatOneAlone()
    {
        var writes = Enumerable.Range(0, 100).Select(n => _store.WriteAsync(s =>
        {
            s.Execute("INSERT INTO numbers VALUES ($1)", n);
            if (n % 10 == 0) throw new FormatException($"{n}");
        })).ToList();

        foreach (var (write, n) in writes.Select((w, n) => (w, n)))
        {
            if (n % 10 == 0) Assert.Equal($"{n}", (await Assert.ThrowsAsync<FormatException>(() => write)).Message);
            else await write;
        }

        Assert.Equal(90, Count());
    }

    [Fact]
    public async Task Open_AfterDispose_FindsWhatWasWritten()
    {
        var write = _store.WriteAsync(s => s.Execute("INSERT INTO numbers VALUES (7)"));
        await _store.DisposeAsync();
        Assert.Equal(1, await write);

        _store = SqliteStore.Open(File);
        await _store.MigrateAsync("test", "CREATE TABLE numbers (n INTEGER PRIMARY KEY)", "INSERT INTO numbers VALUES (8)");
        await _store.MigrateAsync("test", "CREATE TABLE numbers (n INTEGER PRIMARY KEY)", "INSERT INTO numbers VALUES (8)");

        Assert.Equal([7L, 8L], _store.Read(s => s.Query("SELECT n FROM numbers ORDER BY n", r => r.GetInt64(0))));
    }

    [Fact]
    public void Open_FileInUse_SaysSo() =>
        Assert.Contains(
            "in use by another host", Assert.ThrowsAny<IOException>(() => SqliteStore.Open(File)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Read_Write_IsRefused()
    {
        Assert.ThrowsAny<Exception>(() => _store.Read(s => s.Execute("INSERT INTO numbers VALUES (1)")));
        await _store.WriteAsync(s => s.Execute("INSERT INTO numbers VALUES (1)"));
        Assert.Equal(1, Count());
    }

    [Fact]
    public async Task WriteAsync_AfterDispose_Throws()
    {
        await _store.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => { _ = _store.WriteAsync(_ => 0); });
    }

    private long Count() => _store.Read(s => s.QueryNumber("SELECT count(*) FROM numbers"));
}
