namespace Serverless.Local.Runtime.Queues;

/// <summary>What decides about the number of a queue's consumers.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Consumers">Consumers now; 0 before the first decision.</param>
/// <param name="MaxConsumers">The most that the queue and host.json allow; a higher answer is cut to it.</param>
/// <param name="Pending">Messages that wait for a consumer.</param>
/// <param name="CpuPercent">This process's share of the machine's processors since the last decision, 0 to 100.</param>
/// <param name="MemoryPercent">The machine's memory in use, 0 to 100.</param>
public sealed record QueueLoad(string Queue, int Consumers, int MaxConsumers, long Pending, double CpuPercent, double MemoryPercent);
