using Microsoft.DurableTask;

namespace Serverless.Local.Runtime.Durable;

/// <summary>A step that the orchestrator scheduled and that has not ended.</summary>
internal abstract class PendingStep(HistoryEvent scheduled)
{
    public HistoryEvent Scheduled { get; } = scheduled;

    public abstract void End(HistoryEvent end, DataConverter converter);
}
