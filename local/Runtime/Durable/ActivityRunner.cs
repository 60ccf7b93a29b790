using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Runs one activity and turns whatever comes of it into a history event.</summary>
internal sealed class ActivityRunner(IDurableFunctions functions, DataConverter converter, TimeProvider time, ILogger logger)
{
    /// <returns>Null if the host stops and the activity gave up for that: it runs again at the next start.</returns>
    public async Task<P.HistoryEvent?> RunAsync(ScheduledActivity activity, CancellationToken stopping)
    {
        if (functions.FindActivity(activity.Name) is not { } function)
        {
            return Failed(activity, new TaskFailureDetails(
                typeof(ArgumentException).FullName!,
                $"The function '{activity.Name}' doesn't exist, is disabled, or is not an activity function.", null, null, null));
        }

        try
        {
            var result = await function(new ActivityCall(activity.Name, activity.InstanceId, activity.Input), stopping);
            return HistoryEvents.TaskCompleted(activity.Step, converter.Serialize(result), time.GetUtcNow().UtcDateTime);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // Whatever an activity throws is its orchestrator's to see.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ActivityFailed(activity.Name, activity.InstanceId, activity.Step, e);
            return Failed(activity, TaskFailureDetails.FromException(e));
        }
    }

    private P.HistoryEvent Failed(ScheduledActivity activity, TaskFailureDetails failure) =>
        HistoryEvents.TaskFailed(activity.Step, failure, time.GetUtcNow().UtcDateTime);
}
