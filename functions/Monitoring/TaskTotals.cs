using Serverless.Resilience;

namespace Serverless.Monitoring;

/// <summary>The totals of a task's runs; those of other instances and hours add up.</summary>
internal sealed class TaskTotals
{
    private readonly long[] _errors = new long[Enum.GetValues<ErrorClass>().Length];

    /// <summary>Runs that ended, whichever way.</summary>
    public long Total { get; internal set; }

    /// <summary>Runs that ended with a result.</summary>
    public long Succeeded { get; internal set; }

    /// <summary>Runs after which the task was given up.</summary>
    public long Failed { get; internal set; }

    /// <summary>Runs after which the task was scheduled again.</summary>
    public long Retried { get; internal set; }

    /// <summary>Runs that were revoked.</summary>
    public long Revoked { get; internal set; }

    /// <summary>All runs' time.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>The shortest run; zero when there was none.</summary>
    public TimeSpan Minimum { get; internal set; }

    /// <summary>The longest run.</summary>
    public TimeSpan Maximum { get; internal set; }

    /// <summary>The task id of the longest run.</summary>
    public string? Slowest { get; internal set; }

    /// <summary>When a run last ended; null when none did.</summary>
    public DateTimeOffset? LastRun { get; internal set; }

    /// <summary>The durations' distribution.</summary>
    public DurationSketch Durations { get; internal set; } = new();

    /// <summary>The mean of the runs' durations; zero when there were none.</summary>
    public TimeSpan Mean => Total == 0 ? TimeSpan.Zero : Duration / Total;

    /// <summary>The duration that a share of the runs does not exceed; zero when there were none.</summary>
    /// <param name="share">0 to 1.</param>
    public TimeSpan FindPercentile(double share)
    {
        // Buckets are off by 1 %, and the two ends are known.
        var duration = Durations.FindPercentile(share);
        return duration < Minimum ? Minimum : duration > Maximum ? Maximum : duration;
    }

    /// <summary>Of the tasks that came to an end, the share that succeeded; null when none did.</summary>
    public double? SuccessRate => Succeeded + Failed == 0 ? null : (double)Succeeded / (Succeeded + Failed);

    /// <summary>Runs that failed with an error of this class, whatever followed.</summary>
    public long CountErrors(ErrorClass errorClass) => _errors[(int)errorClass];

    /// <summary>Adds a run.</summary>
    public void Add(TaskExecution run)
    {
        switch (run.State)
        {
            case ExecutionState.Success: Succeeded++; break;
            case ExecutionState.Failure: Failed++; break;
            case ExecutionState.Revoked: Revoked++; break;
            default: Retried++; break;
        }

        if (run.Error is { } errorClass) _errors[(int)errorClass]++;
        Durations.Add(run.Duration);
        Include(1, run.Duration, run.Duration, run.Duration, run.TaskId, run.Started + run.Duration);
    }

    /// <summary>Adds the runs of other totals.</summary>
    public void Merge(TaskTotals other)
    {
        Succeeded += other.Succeeded;
        Failed += other.Failed;
        Retried += other.Retried;
        Revoked += other.Revoked;
        for (var i = 0; i < _errors.Length; i++) _errors[i] += other._errors[i];
        Durations.Merge(other.Durations);
        if (other.Total > 0) Include(other.Total, other.Duration, other.Minimum, other.Maximum, other.Slowest, other.LastRun);
    }

    internal void SetErrors(ErrorClass errorClass, long count) => _errors[(int)errorClass] = count;

    private void Include(long runs, TimeSpan duration, TimeSpan minimum, TimeSpan maximum, string? slowest, DateTimeOffset? lastRun)
    {
        if (Total == 0 || minimum < Minimum) Minimum = minimum;
        if (Total == 0 || maximum > Maximum) (Maximum, Slowest) = (maximum, slowest);
        if (LastRun is null || lastRun > LastRun) LastRun = lastRun;
        Total += runs;
        Duration += duration;
    }
}
