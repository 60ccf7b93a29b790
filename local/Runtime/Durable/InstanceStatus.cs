using Microsoft.DurableTask.Client;

namespace Serverless.Local.Runtime.Durable;

internal sealed record InstanceStatus(long Key, OrchestrationRuntimeStatus Status);
