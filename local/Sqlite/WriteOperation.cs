namespace Serverless.Local.Sqlite;

/// <summary>A write that waits for its commit.</summary>
internal abstract class WriteOperation
{
    /// <returns>False if the operation threw and must be rolled back.</returns>
    public abstract bool TryRun(SqliteSession session);

    /// <summary>The commit, or the operation's own rollback, is done.</summary>
    public abstract void Complete();

    /// <summary>The commit failed.</summary>
    public abstract void Fail(Exception exception);
}
