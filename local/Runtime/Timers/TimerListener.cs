using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.Timers;

/// <summary>Runs one function on its schedule, one run at a time.</summary>
internal sealed class TimerListener(
    BoundFunction function, TimerSchedule schedule, bool monitored, bool runOnStartup, FunctionInvoker invoker, TimerStatusTable table,
    TimeProvider time, ILogger logger)
    : ITriggerListener, IDisposable
{
    // The clock is looked at this often: timers do not count the time that a machine sleeps.
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public async Task StartAsync(CancellationToken cancellation)
    {
        await table.MigrateAsync().WaitAsync(cancellation);
        var status = monitored ? await ReadStatusAsync() : null;

        // Counted from now, whenever the loop gets its turn.
        var isPastDue = status is not null && status.Next < Now;
        var next = status?.Next ?? schedule.FindNext(Now);
        _loop = Task.Run(() => LoopAsync(status, next, isPastDue), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken deadline)
    {
        await _stopping.CancelAsync();
        await _loop.WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Dispose();
    }

    public void Dispose() => _stopping.Dispose();

    private async Task<ScheduleStatus> ReadStatusAsync()
    {
        if (table.Find(function.Name, schedule.Text) is { } known) return known;
        var status = new ScheduleStatus { Next = schedule.FindNext(Now), LastUpdated = Now };
        await table.SaveAsync(function.Name, schedule.Text, status);
        return status;
    }

    private async Task LoopAsync(ScheduleStatus? status, DateTime next, bool isPastDue)
    {
        try
        {
            if (isPastDue || runOnStartup) (status, next) = await RunAsync(status, isPastDue);
            while (true)
            {
                await WaitUntilAsync(next);
                (status, next) = await RunAsync(status, isPastDue: false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped between two runs.
        }
#pragma warning disable CA1031 // Nobody awaits the loop while it runs; without this its end would go unseen.
        catch (Exception e)
#pragma warning restore CA1031
        {
            TimerLogs.Ended(logger, function.Name, e);
        }
    }

    private async Task WaitUntilAsync(DateTime due)
    {
        for (var now = Now; now < due; now = Now)
            await Task.Delay(due - now < MaxWait ? due - now : MaxWait, time, _stopping.Token);
        _stopping.Token.ThrowIfCancellationRequested();
    }

    private async Task<(ScheduleStatus? Status, DateTime Next)> RunAsync(ScheduleStatus? status, bool isPastDue)
    {
        var started = Now;
        var timer = new TimerInfo { ScheduleStatus = status, IsPastDue = isPastDue };
        try
        {
            await invoker.InvokeAsync(function, timer);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Not done, so not noted: the next start makes up for it.
            throw;
        }
#pragma warning disable CA1031 // The invoker has logged it; the schedule goes on, as on Azure.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        if (!monitored) return (null, schedule.FindNext(Now));

        // Counted from the start: a run that took longer than the schedule's step is followed by the one it missed.
        var after = new ScheduleStatus { Last = started, Next = schedule.FindNext(started), LastUpdated = Now };
        await table.SaveAsync(function.Name, schedule.Text, after);
        return (after, after.Next);
    }
}
