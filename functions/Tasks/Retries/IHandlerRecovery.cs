using System.Text.Json;

namespace Serverless.Tasks.Retries;

/// <summary>A handler's own answers to its errors.</summary>
internal interface IHandlerRecovery
{
    /// <summary>The sanitized arguments; null when the handler cannot sanitize or changed nothing.</summary>
    Task<JsonElement?> SanitizeAsync(Exception exception);

    /// <summary>The way on after a broken business rule; null when the handler does not recover.</summary>
    Task<RecoveryDecision?> RecoverAsync(Exception exception);
}

/// <summary>A handler's recovery, its arguments as JSON.</summary>
internal sealed record RecoveryDecision(bool Retry, TimeSpan Delay, JsonElement? Args);
