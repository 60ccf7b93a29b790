namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Names of queues and of their dead-letter sub-queues.</summary>
internal static class EntityPath
{
    private const string DeadLetterSuffix = "/$deadletterqueue";

    /// <summary>The path of a queue's dead letters.</summary>
    public static string DeadLetters(string queue) => queue + DeadLetterSuffix;

    public static bool IsDeadLetters(string path) => path.EndsWith(DeadLetterSuffix, StringComparison.OrdinalIgnoreCase);

    public static string QueueOf(string path) => IsDeadLetters(path) ? path[..^DeadLetterSuffix.Length] : path;
}
