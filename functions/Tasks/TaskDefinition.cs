using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Tasks.Limits;
using Serverless.Tasks.Retries;

namespace Serverless.Tasks;

/// <summary>A task that the app can run: its attribute and its handler, without the handler's types.</summary>
internal abstract class TaskDefinition(TaskHandlerAttribute attribute)
{
    /// <summary>The handler's attribute.</summary>
    public TaskHandlerAttribute Attribute => attribute;

    /// <summary>The task's name.</summary>
    public string Name => attribute.Name;

    /// <summary>The handler's type of arguments.</summary>
    public abstract Type ArgumentType { get; }

    /// <summary>The arguments' names in the order of the handler's type; null when they are no object, or one of any names.</summary>
    public abstract IReadOnlyList<string>? ArgumentNames { get; }

    /// <summary>The time that a run may take.</summary>
    public TimeSpan GetTimeout() => TimeSpan.FromSeconds(attribute.TimeoutSeconds);

    /// <summary>The time that a run of the message may take; of a limited task no longer than its lock, the permit, lives.</summary>
    public TimeSpan GetTimeout(TaskMessage message)
    {
        var seconds = message.TimeoutSeconds ?? attribute.TimeoutSeconds;
        return TimeSpan.FromSeconds(message.Slot is null ? seconds : Math.Min(seconds, TaskHandlerAttribute.MaxSecondsWithLock));
    }

    /// <summary>True when its runs outlive a message lock from the first on.</summary>
    public bool IsLong => attribute.LongRunning || attribute.TimeoutSeconds > TaskHandlerAttribute.MaxSecondsWithLock;

    /// <summary>The limit that its handler names; null for none.</summary>
    public TaskLimit? Limit { get; } = TaskLimit.Of(attribute);

    /// <summary>
    /// True when a run may take longer than a message lock is renewed, by its attribute or because its time grew after a timeout: such a
    /// run is an orchestration's.
    /// </summary>
    public bool OutlivesLock(TaskMessage message) =>
        message.Slot is null && (attribute.LongRunning || GetTimeout(message).TotalSeconds > TaskHandlerAttribute.MaxSecondsWithLock);

    /// <summary>Says where arguments do not fit the handler's type, and what fits there; null when they do.</summary>
    public abstract string? FindMisfit(JsonElement args);

    /// <summary>Runs the handler in a scope of its own.</summary>
    /// <returns>The result as UTF-8 JSON.</returns>
    /// <exception cref="TaskValidationException">The arguments do not fit the handler's type.</exception>
    public abstract Task<byte[]> RunAsync(IServiceProvider scope, JsonElement args, TaskContext context);

    /// <summary>The handler's own answers to an error.</summary>
    public abstract IHandlerRecovery CreateRecovery(IServiceProvider scope, JsonElement args, TaskContext context);
}

/// <summary>A task whose handler is <typeparamref name="THandler"/>.</summary>
internal sealed class TaskDefinition<THandler, TArgs, TResult>(TaskHandlerAttribute attribute) : TaskDefinition(attribute)
    where THandler : class, ITaskHandler<TArgs, TResult>
{
    private static readonly ObjectFactory<THandler> Create = ActivatorUtilities.CreateFactory<THandler>([]);

    private static readonly Lazy<IReadOnlyList<string>?> Names = new(() =>
        AppJson.Options.GetTypeInfo(typeof(TArgs)) is { Kind: JsonTypeInfoKind.Object } type
            ? [.. type.Properties.Select(p => p.Name)] : null);

    public override Type ArgumentType => typeof(TArgs);

    public override IReadOnlyList<string>? ArgumentNames => Names.Value;

    public override string? FindMisfit(JsonElement args)
    {
        try
        {
            Read(args, AppJson.Strict);
            return null;
        }
        catch (JsonException e)
        {
            return JsonErrors.WordMisfit(e, typeof(TArgs), AppJson.Strict);
        }
    }

    public override async Task<byte[]> RunAsync(IServiceProvider scope, JsonElement args, TaskContext context)
    {
        TArgs typed;
        try
        {
            typed = Read(args, AppJson.Options);
        }
        catch (JsonException e)
        {
            var misfit = JsonErrors.WordMisfit(e, typeof(TArgs), AppJson.Options);
            throw new TaskValidationException($"The arguments do not fit the task '{Name}', {misfit}", e);
        }

        var result = await Create(scope, []).RunAsync(typed, context);
        return JsonSerializer.SerializeToUtf8Bytes(result, AppJson.Options);
    }

    public override IHandlerRecovery CreateRecovery(IServiceProvider scope, JsonElement args, TaskContext context) =>
        new HandlerRecovery<TArgs>(Create(scope, []), args, context);

    private static TArgs Read(JsonElement args, JsonSerializerOptions options) =>
        args.Deserialize<TArgs>(options) ?? throw new JsonException("The arguments are null.");
}
