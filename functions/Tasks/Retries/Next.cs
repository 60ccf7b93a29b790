using System.Text.Json;

namespace Serverless.Tasks.Retries;

internal static class Next
{
    /// <summary>The message of the attempt after this one.</summary>
    /// <param name="message">The attempt that failed.</param>
    /// <param name="args">Changed arguments; null keeps them, wherever they are.</param>
    public static TaskMessage Attempt(TaskMessage message, JsonElement? args = null) => args is null
        ? message with { Attempt = message.Attempt + 1 }
        : message with { Attempt = message.Attempt + 1, Args = args, ArgsBlob = null };
}
