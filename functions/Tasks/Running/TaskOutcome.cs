using Serverless.Errors;

namespace Serverless.Tasks;

/// <summary>How a run ended, and what follows.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome()
    {
    }

    /// <summary>It was settled by an earlier delivery; nothing was run.</summary>
    public sealed record AlreadyDone : TaskOutcome;

    /// <summary>The handler returned.</summary>
    /// <param name="Result">UTF-8 JSON.</param>
    public sealed record Succeeded(byte[] Result) : TaskOutcome;

    /// <summary>It was revoked or expired.</summary>
    public sealed record Revoked(string Reason) : TaskOutcome;

    /// <summary>It met an open circuit breaker and waits, without spending an attempt.</summary>
    public sealed record Deferred(TimeSpan Delay, string Breaker) : TaskOutcome;

    /// <summary>The handler threw.</summary>
    public sealed record Failed(ErrorClass Class, Exception Exception, Verdict Verdict) : TaskOutcome;
}
