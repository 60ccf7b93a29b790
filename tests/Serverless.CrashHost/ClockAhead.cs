namespace Serverless.CrashHost;

/// <summary>The system's clock, ahead by so much: what a killed host had locked is free again for the next one.</summary>
internal sealed class ClockAhead(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}
