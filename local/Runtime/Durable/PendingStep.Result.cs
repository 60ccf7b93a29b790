using System.Diagnostics;
using Microsoft.DurableTask;

namespace Serverless.Local.Runtime.Durable;

internal sealed class PendingStep<T>(HistoryEvent scheduled) : PendingStep(scheduled)
{
    private readonly TaskCompletionSource<T> _completion = new();

    public Task<T> Task => _completion.Task;

    public bool TryCancel(CancellationToken token) => _completion.TrySetCanceled(token);

    public override void End(HistoryEvent end, DataConverter converter)
    {
        switch (end.Kind)
        {
            case HistoryEventKind.TaskCompleted or HistoryEventKind.SubOrchestrationInstanceCompleted:
                Complete(end.Data, converter);
                break;
            case HistoryEventKind.TaskFailed or HistoryEventKind.SubOrchestrationInstanceFailed:
                _completion.TrySetException(Failures.Thrown(Scheduled.Name!, Scheduled.Step, Failures.Read(end.Failure!)));
                break;
            case HistoryEventKind.TimerFired:
                _completion.TrySetResult(default!);
                break;
            default:
                throw new UnreachableException($"{end.Kind} ends no step.");
        }
    }

    private void Complete(string? data, DataConverter converter)
    {
        T result;
        try
        {
            result = converter.Deserialize<T>(data)!;
        }
#pragma warning disable CA1031 // Whatever the converter throws is the orchestrator's to see, at its await.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _completion.TrySetException(e);
            return;
        }

        _completion.TrySetResult(result);
    }
}
