namespace Serverless.Monitoring;

/// <summary>A run that has not ended.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="Task">The task's name.</param>
/// <param name="Lane">The Service Bus queue it came from.</param>
/// <param name="Attempt">From 0.</param>
/// <param name="Started">When the handler was called.</param>
internal sealed record RunningTask(string Id, string Task, string Lane, int Attempt, DateTimeOffset Started);
