using Serverless.Resilience;
using Serverless.Tasks.Limits;
using Serverless.Tasks.Retries;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>The outcome of a run, and what follows.</summary>
internal abstract record TaskOutcome
{
    private TaskOutcome()
    {
    }

    /// <summary>An earlier delivery ended it, or went on to a newer attempt; nothing was run.</summary>
    /// <param name="Record">What that one stored.</param>
    public sealed record AlreadyDone(TaskRecord Record) : TaskOutcome;

    /// <summary>The handler returned.</summary>
    /// <param name="Result">UTF-8 JSON.</param>
    public sealed record Succeeded(byte[] Result) : TaskOutcome;

    /// <summary>It was revoked or expired.</summary>
    public sealed record Revoked(string Reason) : TaskOutcome;

    /// <summary>It met a pause or an open circuit breaker, or storage did not answer; it waits without spending an attempt.</summary>
    public sealed record Deferred(TimeSpan Delay, Exception Exception) : TaskOutcome;

    /// <summary>Its limits do not let it run yet; it waits without spending an attempt.</summary>
    public sealed record Held(LimitWait Wait) : TaskOutcome;

    /// <summary>The handler threw.</summary>
    /// <param name="Class">The error's class.</param>
    /// <param name="Exception">What it threw.</param>
    /// <param name="Decision">What follows.</param>
    /// <param name="Message">The attempt, with the time of the first failure.</param>
    public sealed record Failed(ErrorClass Class, Exception Exception, RetryDecision Decision, TaskMessage Message) : TaskOutcome;
}
