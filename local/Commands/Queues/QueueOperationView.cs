using System.Text.Json;
using Serverless.DeadLetters.Endpoints;
using Serverless.DeadLetters.Operations;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Words how far an operation on a queue is.</summary>
internal static class QueueOperationView
{
    public static string Describe(JsonElement json)
    {
        var progress = json.Deserialize<QueueOperationProgress>(QueueJson.Options)!;
        List<string> parts = [];
        if (progress.Canaries > 0) parts.Add($"{Texts.FormatNumber(progress.Passed)} of {Texts.FormatNumber(progress.Canaries)} " +
            $"canaries passed");
        if (progress.Requeued > 0 || progress.Deleted == 0) parts.Add($"{Texts.FormatNumber(progress.Requeued)} requeued");
        if (progress.Deleted > 0) parts.Add($"{Texts.FormatNumber(progress.Deleted)} deleted");
        return string.Join(", ", parts);
    }
}
