namespace Serverless.Local.Runtime.Durable;

/// <summary>An activity that is to run.</summary>
internal sealed record ScheduledActivity(long Key, int Execution, int Step, string InstanceId, string Name, string? Input);
