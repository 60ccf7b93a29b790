using System.Text.Json;
using Serverless.Http;
using Serverless.Tasks.Retries;

namespace Serverless.Tasks;

/// <summary>Asks a handler that can sanitize or recover; arguments that cannot even be read have no rescue.</summary>
internal sealed class HandlerRecovery<TArgs>(object handler, JsonElement args, TaskContext context) : IHandlerRecovery
{
    public async Task<JsonElement?> SanitizeAsync(Exception exception)
    {
        if (handler is not ITaskSanitizer<TArgs> sanitizer || !TryRead(out var typed)) return null;

        var sanitized = await sanitizer.SanitizeAsync(typed, exception, context);
        if (sanitized is null) return null;
        var before = JsonSerializer.SerializeToElement(typed, AppJson.Options);
        var after = JsonSerializer.SerializeToElement(sanitized, AppJson.Options);
        return JsonEquality.AreEqual(before, after) ? null : after;
    }

    public async Task<RecoveryDecision?> RecoverAsync(Exception exception)
    {
        if (handler is not ITaskRecovery<TArgs> recovery || !TryRead(out var typed)) return null;

        var decision = await recovery.RecoverAsync(typed, exception, context);
        JsonElement? changed = decision.Args is null ? null : JsonSerializer.SerializeToElement(decision.Args, AppJson.Options);
        return new RecoveryDecision(decision.Retry, decision.Delay, changed);
    }

    private bool TryRead(out TArgs typed)
    {
        try
        {
            typed = args.ValueKind == JsonValueKind.Undefined ? default! : args.Deserialize<TArgs>(AppJson.Options)!;
            return typed is not null;
        }
        catch (JsonException)
        {
            typed = default!;
            return false;
        }
    }
}
