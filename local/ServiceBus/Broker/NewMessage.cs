namespace Serverless.Local.ServiceBus.Broker;

/// <summary>A message to store, read and checked.</summary>
/// <param name="MessageId">Duplicates are detected by it.</param>
/// <param name="SessionId">Required where the queue has sessions.</param>
/// <param name="Due">When it becomes active, in UTC ticks; 0 or past: at once.</param>
/// <param name="TimeToLive">How long it lives once active, as far as the queue lets it.</param>
/// <param name="Annotations">The sender's annotations, encoded; null for none.</param>
/// <param name="Content">Properties, application properties and body, encoded as they came.</param>
internal sealed record NewMessage(string MessageId, string? SessionId, long Due, TimeSpan TimeToLive, byte[]? Annotations, byte[] Content);
