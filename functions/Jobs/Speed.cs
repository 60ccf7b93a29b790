namespace Serverless.Jobs;

/// <summary>The speed of one worker at some kind of work.</summary>
/// <param name="ItemsPerSecond">More than 0; the kind of work says what an item is: a byte, a message, a row.</param>
internal readonly record struct Speed(double ItemsPerSecond)
{
    /// <summary>Estimates the time that one worker takes.</summary>
    public TimeSpan EstimateTime(long items) => TimeSpan.FromSeconds(Math.Min(items / ItemsPerSecond, TimeSpan.MaxValue.TotalSeconds / 2));
}
