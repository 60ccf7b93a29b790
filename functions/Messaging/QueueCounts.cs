namespace Serverless.Messaging;

/// <summary>The numbers of messages in a lane.</summary>
/// <param name="Active">Waiting for a consumer or being run by one.</param>
/// <param name="Scheduled">Waiting for their time.</param>
/// <param name="DeadLettered">Among its dead letters.</param>
internal sealed record QueueCounts(long Active, long Scheduled, long DeadLettered);
