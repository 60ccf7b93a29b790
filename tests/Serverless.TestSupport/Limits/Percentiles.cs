namespace Serverless.TestSupport.Limits;

/// <summary>Of many times in ticks.</summary>
internal static class Percentiles
{
    /// <summary>The time that so large a share of them does not exceed.</summary>
    public static TimeSpan Of(IEnumerable<long> times, double share)
    {
        var sorted = times.Order().ToList();
        return sorted.Count == 0 ? default : TimeSpan.FromTicks(sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)]);
    }
}
