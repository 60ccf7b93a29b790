using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>How an orchestration starts over.</summary>
internal sealed record NextExecution(string? Input, string Version, IReadOnlyList<P.HistoryEvent> Events);
