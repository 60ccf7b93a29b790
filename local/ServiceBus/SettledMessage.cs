namespace Serverless.Local.ServiceBus;

/// <summary>A message as the broker's own host sees it.</summary>
/// <param name="SequenceNumber">Its number in the queue.</param>
/// <param name="MessageId">Its id.</param>
/// <param name="SessionId">Its session; null for none.</param>
/// <param name="Body">Its payload.</param>
public sealed record SettledMessage(long SequenceNumber, string MessageId, string? SessionId, ReadOnlyMemory<byte> Body);
