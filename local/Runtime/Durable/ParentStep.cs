using Microsoft.DurableTask;

namespace Serverless.Local.Runtime.Durable;

/// <summary>The step of another instance that this one is.</summary>
internal sealed record ParentStep(long Key, int Execution, int Step, string InstanceId, string Name)
{
    public ParentOrchestrationInstance Official { get; } = new(new TaskName(Name), InstanceId);
}
