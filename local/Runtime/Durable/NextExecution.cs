using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>The start of an orchestration's next execution.</summary>
internal sealed record NextExecution(string? Input, string Version, IReadOnlyList<P.HistoryEvent> Events);
