using System.Text.Json;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>The log of a task.</summary>
/// <param name="Dropped">Earlier lines that are not kept.</param>
/// <param name="Lines">The last ones, the oldest first.</param>
/// <param name="TraceId">The trace of the last attempt that logged something.</param>
internal sealed record TaskLogContent(long Dropped, IReadOnlyList<TaskLogLine> Lines, string? TraceId = null)
{
    /// <summary>No lines.</summary>
    internal static TaskLogContent Empty { get; } = new(0, []);

    /// <summary>Reads it as it is stored. One that cannot be read, of another version say, is none: it must not fail its task.</summary>
    internal static TaskLogContent Read(byte[] stored)
    {
        try
        {
            return JsonSerializer.Deserialize<TaskLogContent>(Gzip.Decompress(stored), AppJson.Options) ?? Empty;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            return Empty;
        }
    }

    /// <summary>Writes it as it is stored.</summary>
    internal byte[] Write() => Gzip.Compress(JsonSerializer.SerializeToUtf8Bytes(this, AppJson.Options));
}

/// <summary>A line.</summary>
/// <param name="Time">When it was logged.</param>
/// <param name="Level">Such as <c>information</c>.</param>
/// <param name="Attempt">The attempt that logged it, from 0.</param>
/// <param name="Message">As the handler wrote it, with the message of an exception.</param>
internal sealed record TaskLogLine(DateTimeOffset Time, string Level, int Attempt, string Message);
