namespace Serverless.Local.Runtime.Queues;

/// <summary>How busy this process keeps the machine.</summary>
internal sealed class MachineLoad(TimeProvider time)
{
    private long _since = time.GetTimestamp();
    private TimeSpan _used = Environment.CpuUsage.TotalTime;

    /// <summary>Percent of all processors since the last call, and percent of the memory as of the last collection.</summary>
    public (double Cpu, double Memory) Measure()
    {
        var (now, used) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var elapsed = time.GetElapsedTime(_since, now);
        var cpu = elapsed > TimeSpan.Zero ? (used - _used) / elapsed / Environment.ProcessorCount * 100 : 0;
        (_since, _used) = (now, used);
        var memory = GC.GetGCMemoryInfo();
        return (Math.Clamp(cpu, 0, 100), memory.TotalAvailableMemoryBytes > 0
            ? 100.0 * memory.MemoryLoadBytes / memory.TotalAvailableMemoryBytes : 0);
    }
}
