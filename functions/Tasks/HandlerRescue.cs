using System.Text.Json;
using Serverless.Errors;

namespace Serverless.Tasks;

/// <summary>Asks a handler that can sanitize or recover; arguments that cannot even be read have no rescue.</summary>
internal sealed class HandlerRescue<TArgs>(object handler, JsonElement args, TaskContext context) : ITaskRescue
{
    public async Task<JsonElement?> SanitizeAsync(Exception exception)
    {
        if (handler is not ITaskSanitizer<TArgs> sanitizer || !TryRead(out var typed)) return null;

        var sanitized = await sanitizer.SanitizeAsync(typed, exception, context);
        if (sanitized is null) return null;
        var before = JsonSerializer.SerializeToElement(typed, TaskJson.Options);
        var after = JsonSerializer.SerializeToElement(sanitized, TaskJson.Options);
        return JsonElement.DeepEquals(before, after) ? null : after;
    }

    public async Task<RecoveryDecision?> RecoverAsync(Exception exception)
    {
        if (handler is not ITaskRecovery<TArgs> recovery || !TryRead(out var typed)) return null;

        var decision = await recovery.RecoverAsync(typed, exception, context);
        JsonElement? changed = decision.Args is null ? null : JsonSerializer.SerializeToElement(decision.Args, TaskJson.Options);
        return new RecoveryDecision(decision.Retry, decision.Delay, changed);
    }

    private bool TryRead(out TArgs typed)
    {
        try
        {
            typed = args.ValueKind == JsonValueKind.Undefined ? default! : args.Deserialize<TArgs>(TaskJson.Options)!;
            return typed is not null;
        }
        catch (JsonException)
        {
            typed = default!;
            return false;
        }
    }
}
