namespace Serverless.Jobs;

/// <summary>How many consumers a queue should have: one step at a time, so that a short burst does not swing it.</summary>
/// <param name="limits">The figures.</param>
public sealed class ScalingPolicy(ScalingLimits limits)
{
    /// <summary>The figures.</summary>
    public ScalingLimits Limits => limits;

    /// <summary>The number of consumers after this decision.</summary>
    /// <param name="consumers">Consumers now.</param>
    /// <param name="pending">Messages that wait for one.</param>
    /// <param name="cpuPercent">CPU in use on this machine, 0 to 100.</param>
    /// <param name="memoryPercent">Memory in use on this machine, 0 to 100.</param>
    public int Decide(int consumers, long pending, double cpuPercent, double memoryPercent)
    {
        var perConsumer = (double)pending / Math.Max(1, consumers);
        var step = cpuPercent > limits.Overload || memoryPercent > limits.Overload ? -1
            : perConsumer > limits.PendingHigh ? 1
            : perConsumer < limits.PendingLow ? -1
            : 0;
        return Math.Clamp(consumers + step, limits.Min, limits.Max);
    }
}
