namespace Serverless.Local.Runtime.Durable;

/// <summary>A timer that is to fire. Step -1: the instance is to start.</summary>
internal sealed record ScheduledTimer(long Key, int Execution, int Step, DateTime FireAt);
