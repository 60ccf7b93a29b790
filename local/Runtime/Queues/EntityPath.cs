namespace Serverless.Local.Runtime.Queues;

/// <summary>Names of queues and of their dead-letter sub-queues.</summary>
public static class EntityPath
{
    private const string DeadLetterSuffix = "/$deadletterqueue";

    /// <summary>The path of a queue's dead letters.</summary>
    public static string DeadLetters(string queue) => queue + DeadLetterSuffix;

    internal static bool IsDeadLetters(string path) => path.EndsWith(DeadLetterSuffix, StringComparison.OrdinalIgnoreCase);

    internal static string QueueOf(string path) => IsDeadLetters(path) ? path[..^DeadLetterSuffix.Length] : path;
}
