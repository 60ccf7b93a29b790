namespace Serverless.Errors;

internal static class Backoff
{
    /// <summary>The first delay doubled <paramref name="attempt"/> times, never over the longest.</summary>
    public static TimeSpan Exponential(TimeSpan first, int attempt, TimeSpan longest) =>
        TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, attempt)));
}
