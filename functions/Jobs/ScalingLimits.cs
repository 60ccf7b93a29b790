namespace Serverless.Jobs;

/// <summary>Between which numbers, and by which figures, a queue's consumers are scaled.</summary>
public sealed record ScalingLimits
{
    /// <summary>Fewest consumers. Default 2.</summary>
    public int Min { get; init; } = 2;

    /// <summary>Most consumers. Default 20.</summary>
    public int Max { get; init; } = 20;

    /// <summary>One more when more messages than this wait for each consumer. Default 10.</summary>
    public double PendingHigh { get; init; } = 10;

    /// <summary>One less when fewer messages than this wait for each consumer. Default 2.</summary>
    public double PendingLow { get; init; } = 2;

    /// <summary>Percent of CPU or memory over which there is one less, whatever waits. Default 90.</summary>
    public double Overload { get; init; } = 90;

    /// <summary>Time between two decisions. Default 30 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);
}
