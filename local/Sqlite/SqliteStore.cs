using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Serverless.Local.Sqlite;

/// <summary>
/// The one database file of a host. One writer at a time: it runs the operations that wait in one transaction and commits them
/// together, so that many small writes cost one commit. A caller who finds nobody writing writes himself, at once: a lone write
/// costs no change of threads. Readers see the last commit and wait for nobody.
/// </summary>
internal sealed class SqliteStore : IAsyncDisposable
{
    // WAL with synchronous NORMAL: a commit is in the operating system's hands when it is acknowledged, which survives the death
    // of this process at any moment (kill -9). Only a power cut may lose the last commits, never the file's consistency. FULL
    // would cost a disk flush a commit, more than a local host's work is worth.
    private const string WriterPragmas =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-32000; PRAGMA " +
        "temp_store=MEMORY;";

    private const string ReaderPragmas = "PRAGMA query_only=1; PRAGMA busy_timeout=5000;";

    // Bounds how long the first operation of a transaction waits for the others.
    private const int MaxOperationsPerCommit = 500;

    private readonly ConcurrentQueue<WriteOperation> _queue = [];
    private readonly List<WriteOperation> _batch = [];
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly string _connectionString;
    private readonly FileStream _lock;
    private readonly SqliteSession _session;
    private bool _writing;
    private bool _disposed;

    private SqliteStore(string path, FileStream fileLock)
    {
        _lock = fileLock;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
        _session = new SqliteSession(_connectionString, WriterPragmas);
    }

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="IOException">Another process has it open, or its folder cannot be written to.</exception>
    public static SqliteStore Open(string path)
    {
        var full = Path.GetFullPath(path);
        return new SqliteStore(
            full, LockFile.Take(full + ".lock", $"{full} is in use by another host. Stop that one, or choose another data folder."));
    }

    /// <summary>
    /// Brings a component's tables up to date: runs the steps that the file has not seen yet, each once, in order. Call it before
    /// anything else; never change a step that was released, add one.
    /// </summary>
    public Task MigrateAsync(string component, params string[] steps) => WriteAsync(session =>
    {
        session.RunScript("CREATE TABLE IF NOT EXISTS components (name TEXT PRIMARY KEY, steps INTEGER NOT NULL) WITHOUT ROWID");
        var done = session.QueryNumber("SELECT steps FROM components WHERE name = $1", component);
        foreach (var step in steps.Skip((int)done)) session.RunScript(step);
        session.Execute("INSERT OR REPLACE INTO components (name, steps) VALUES ($1, $2)", component, Math.Max(done, steps.Length));
    });

    /// <summary>
    /// Runs an operation, on this thread or another's. The task completes when it is committed. An operation that throws is rolled
    /// back alone, and its task fails. Operations run in the order of the calls; they must be short and wait for nothing.
    /// </summary>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> operation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var write = new WriteOperation<T>(operation);
        _queue.Enqueue(write);
        Write();
        return write.Task;
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<SqliteSession> operation) => WriteAsync(session =>
    {
        operation(session);
        return true;
    });

    /// <summary>Reads what is committed. The operation must not write.</summary>
    public T Read<T>(Func<SqliteSession, T> operation)
    {
        if (!_readers.TryTake(out var session)) session = new SqliteSession(_connectionString, ReaderPragmas);
        try
        {
            return operation(session);
        }
        finally
        {
            _readers.Add(session);
        }
    }

    /// <summary>Commits what waits, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        while (Volatile.Read(ref _writing) || !_queue.IsEmpty)
        {
            Write();
            await Task.Yield();
        }

        while (_readers.TryTake(out var reader)) reader.Dispose();
        _session.Dispose();
        await _lock.DisposeAsync();
    }

    private void Write()
    {
        if (_queue.IsEmpty || Interlocked.CompareExchange(ref _writing, true, false)) return;
        WriteBatch();
        Interlocked.Exchange(ref _writing, false);

        // What came meanwhile found this writer at work and left: another thread writes it, or this caller might never get away.
        if (!_queue.IsEmpty) ThreadPool.UnsafeQueueUserWorkItem(static store => store.Write(), this, preferLocal: false);
    }

    private void WriteBatch()
    {
        try
        {
            if (!_queue.TryDequeue(out var first)) return;
            _batch.Add(first);
            _session.Execute("BEGIN IMMEDIATE");
            RunFirst(first);
            while (_batch.Count < MaxOperationsPerCommit && _queue.TryDequeue(out var next)) RunNext(next);
            _session.Execute("COMMIT");
            foreach (var operation in _batch) operation.Complete();
        }
#pragma warning disable CA1031 // Whoever writes writes for others too: what goes wrong is told to all of them, not thrown at this caller.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // The transaction is lost, so none of its operations may be acknowledged.
            Abandon();
            foreach (var operation in _batch) operation.Fail(e);
        }
        finally
        {
            _batch.Clear();
        }
    }

    // Nothing is in the transaction yet, so that its own rollback is the whole transaction's: the usual single write saves the savepoint.
    private void RunFirst(WriteOperation operation)
    {
        if (operation.TryRun(_session)) return;

        _session.Execute("ROLLBACK");
        _session.Execute("BEGIN IMMEDIATE");
    }

    private void RunNext(WriteOperation operation)
    {
        _batch.Add(operation);
        _session.Execute("SAVEPOINT operation");
        if (!operation.TryRun(_session)) _session.Execute("ROLLBACK TO operation");
        _session.Execute("RELEASE operation");
    }

    private void Abandon()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back already, as it does when the disk is full.
        }
    }
}
