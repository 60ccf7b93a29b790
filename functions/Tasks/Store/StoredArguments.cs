using System.Runtime.InteropServices;
using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// The arguments of a task in its row, so that it can be looked at whatever its state, without a write of their own: as JSON, or as gzip
/// JSON where that is shorter than the row's room.
/// </summary>
internal static class StoredArguments
{
    /// <summary>The most that a row takes, in bytes.</summary>
    public const int MaxBytes = 8 * 1024;

    /// <summary>Values of <see cref="TaskRecord.ArgsMissing"/>.</summary>
    public const string Private = "private", Size = "size";

    // What is over it does not stay in the message either.
    private const int MaxCompressed = 64 * 1024;

    private const byte GzipMark = 0x1F;

    /// <summary>Adds the arguments to the row of a task that is new.</summary>
    public static void Add(TableEntity change, TaskMessage message)
    {
        var (json, blob, missing) = Find(message);
        if (json.Length > 0) change[TaskRows.Args] = json;
        if (blob.Length > 0) change[TaskRows.ArgsBlob] = blob;
        if (missing.Length > 0) change[TaskRows.ArgsMissing] = missing;
    }

    /// <summary>Puts the arguments in the place of others, or of the same.</summary>
    public static void Replace(TableEntity change, TaskMessage message) =>
        (change[TaskRows.Args], change[TaskRows.ArgsBlob], change[TaskRows.ArgsMissing]) = Find(message);

    /// <summary>Reads them.</summary>
    public static JsonElement Read(byte[] stored) =>
        stored[0] == GzipMark ? TaskRows.ReadJson(stored) : JsonSerializer.Deserialize<JsonElement>(stored);

    // What is empty covers what was there.
    private static (byte[] Json, string Blob, string Missing) Find(TaskMessage message)
    {
        if (message.PrivateArgs) return ([], "", Private);
        if (message.ArgsBlob is { } blob) return ([], blob, "");
        if (message.Args is not { ValueKind: not JsonValueKind.Undefined } args) return ([], "", "");

        var json = JsonMarshal.GetRawUtf8Value(args);
        if (json.Length <= MaxBytes) return (json.ToArray(), "", "");
        return json.Length <= MaxCompressed && Gzip.Compress(json) is { Length: <= MaxBytes } gzip
            ? (gzip, "", "") : ([], "", Size);
    }
}
