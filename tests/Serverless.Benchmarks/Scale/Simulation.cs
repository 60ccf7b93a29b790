namespace Serverless.Benchmarks.Scale;

/// <summary>Something that takes so much a second.</summary>
/// <param name="Name">What.</param>
/// <param name="PerSecond">It takes so much.</param>
/// <param name="PerUnit">A unit of work asks for so much.</param>
internal sealed record Resource(string Name, double PerSecond, double PerUnit);

/// <summary>Work of many like units.</summary>
/// <param name="Name">What.</param>
/// <param name="Units">How many.</param>
/// <param name="Seconds">How long one of them takes on an instance.</param>
/// <param name="AtOnce">How many an instance runs at once.</param>
/// <param name="Resources">What they share.</param>
/// <param name="Dollars">A unit's operations.</param>
internal sealed record Workload(
    string Name, double Units, double Seconds, int AtOnce, IReadOnlyList<Resource> Resources, double Dollars);

/// <summary>The end of a simulation.</summary>
/// <param name="Workload">Of what.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Instances">The most at once.</param>
/// <param name="Throttle">What was full first, and after how many seconds; null when nothing was.</param>
/// <param name="Dollars">What it cost.</param>
internal sealed record SimulationResult(
    Workload Workload, int Seconds, int Instances, (Resource Resource, int Second)? Throttle, double Dollars)
{
    /// <summary>Units a second, at the end.</summary>
    public double PerSecond => Workload.Units / Seconds;
}

/// <summary>Runs work on virtual time, second by second: instances come as the plan adds them, and what is full slows all.</summary>
internal static class Simulation
{
    public static SimulationResult Run(Workload work)
    {
        var (left, second, instances, most, instanceSeconds) = (work.Units, 0, 1, 1, 0.0);
        (Resource, int)? throttle = null;
        for (; left > 0; second++)
        {
            // More instances than what is full has work for would wait: the plan counts what waits, and adds them all the same.
            if (second > 0 && second % Limits.Decision == 0)
                instances = Math.Min(Math.Min(Limits.Instances, instances + Limits.AddedAtOnce), (int)Math.Ceiling(left / work.AtOnce));
            instances = Math.Max(1, instances);
            most = Math.Max(most, instances);
            var rate = Math.Min(left, instances * work.AtOnce / work.Seconds);
            foreach (var resource in work.Resources.Where(r => r.PerUnit > 0))
            {
                if (resource.PerSecond / resource.PerUnit is var allowed && allowed >= rate) continue;
                throttle ??= (resource, second);
                rate = allowed;
            }

            left -= rate;
            instanceSeconds += instances;
        }

        var compute = (instanceSeconds * Prices.InstanceGb * Prices.GbSecond) + (work.Units * Prices.ExecutionMillion / 1e6);
        return new SimulationResult(work, second, most, throttle, compute + (work.Units * work.Dollars));
    }
}
