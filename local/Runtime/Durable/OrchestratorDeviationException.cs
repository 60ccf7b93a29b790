namespace Serverless.Local.Runtime.Durable;

/// <summary>A replay did something else than the history says.</summary>
internal sealed class OrchestratorDeviationException(string message) : Exception(message)
{
    /// <summary>What such a failure is called on Azure.</summary>
    public const string OfficialType = "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException";
}
