namespace Serverless.Tasks.Retries;

internal static class Backoff
{
    /// <summary>The first delay multiplied by the factor <paramref name="attempt"/> times, never over the longest.</summary>
    public static TimeSpan CalculateDelay(TimeSpan first, int attempt, TimeSpan max, double factor = 2) =>
        TimeSpan.FromSeconds(Math.Min(max.TotalSeconds, first.TotalSeconds * Math.Pow(factor, attempt)));
}
