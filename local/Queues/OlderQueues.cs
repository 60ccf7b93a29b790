using Serverless.Local.Sqlite;

namespace Serverless.Local.Queues;

/// <summary>The queues of versions whose broker kept its messages in the host's own file.</summary>
internal static class OlderQueues
{
    private const string HostFile = "host.db";

    /// <summary>Removes them from a data folder when they are empty.</summary>
    /// <exception cref="InvalidDataException">They hold messages.</exception>
    public static async Task CheckAsync(string dataFolder)
    {
        var file = Path.Combine(dataFolder, HostFile);
        if (!File.Exists(file)) return;
        await using var store = SqliteStore.Open(file);
        if (store.Read(s => s.QueryNumber("SELECT count(*) FROM sqlite_master WHERE name = 'queue_messages'")) == 0) return;
        if (store.Read(s => s.QueryNumber("SELECT count(*) FROM queue_messages")) is var left and > 0)
        {
            throw new InvalidDataException(
                $"The data folder holds {left} queue messages of an older version; let that version end them, or choose another " +
                "data folder.");
        }

        await store.WriteAsync(session => session.RunScript(
            """
            DROP TABLE queue_messages; DROP TABLE IF EXISTS queue_sessions; DROP TABLE IF EXISTS queue_duplicates;
            DELETE FROM components WHERE name = 'queues';
            """));
    }
}
