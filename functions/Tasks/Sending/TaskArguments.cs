using System.Runtime.InteropServices;
using System.Text.Json;
using Serverless.Storage;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Sending;

/// <summary>Arguments over 64 KB lie in a blob, and the message carries its name.</summary>
internal sealed class TaskArguments(TaskBlobs blobs)
{
    /// <summary>The most that stays in the message, in bytes.</summary>
    public const int MaxBytesInMessage = 64 * 1024;

    /// <summary>The most that a blob may hold, in bytes.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private static readonly JsonElement None = JsonSerializer.SerializeToElement(new { });

    /// <summary>Refuses arguments that no blob takes, before anything of the task is noted.</summary>
    /// <exception cref="TaskTooLargeException">They are over <see cref="MaxBytes"/>.</exception>
    public static void RequireSize(JsonElement args)
    {
        // Only what is close needs to be measured without its white space.
        if (args.ValueKind == JsonValueKind.Undefined || JsonMarshal.GetRawUtf8Value(args).Length <= MaxBytes) return;
        var size = JsonSerializer.SerializeToUtf8Bytes(args).Length;
        if (size > MaxBytes) throw new TaskTooLargeException("The arguments", size, MaxBytes);
    }

    /// <summary>Moves large arguments to a blob.</summary>
    /// <exception cref="TaskTooLargeException">They are over <see cref="MaxBytes"/>.</exception>
    public async Task<TaskMessage> StoreLargeAsync(TaskMessage message, CancellationToken cancellationToken)
    {
        if (message.Args is not { } args) return message;
        var json = JsonSerializer.SerializeToUtf8Bytes(args);
        if (json.Length <= MaxBytesInMessage) return message;
        if (json.Length > MaxBytes) throw new TaskTooLargeException("The arguments", json.Length, MaxBytes);
        return message with { Args = null, ArgsBlob = await blobs.WriteArgumentsAsync(message, Gzip.Compress(json), cancellationToken) };
    }

    /// <summary>The arguments, wherever they are; an empty object when there are none.</summary>
    public async Task<JsonElement> LoadAsync(TaskMessage message, CancellationToken cancellationToken) =>
        message.ArgsBlob is { } blob ? await blobs.ReadAsync(blob, cancellationToken) : message.Args ?? None;

    /// <summary>Deletes the arguments of a task that leaves no trace.</summary>
    public Task ForgetAsync(TaskMessage message, CancellationToken cancellationToken) =>
        message is { IgnoreResult: true, ArgsBlob: not null }
            ? blobs.DeleteAsync(message.Id, keepArguments: false, cancellationToken) : Task.CompletedTask;
}
