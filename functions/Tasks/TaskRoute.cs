namespace Serverless.Tasks;

/// <summary>Sends tasks to a queue.</summary>
/// <param name="Tasks">The tasks.</param>
/// <param name="Queue">A queue of <c>infra/queues.json</c>.</param>
internal sealed record TaskRoute(TaskPattern Tasks, string Queue);
