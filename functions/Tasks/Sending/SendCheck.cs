using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Messaging;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Sending;

/// <summary>Looks a task over before it is sent: the caller learns all that is wrong at once.</summary>
internal static class SendCheck
{
    // A year, also a leap year: what is farther away is a mistake in most cases, and no queue should be its calendar.
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(366);

    private const int MaxRetries = 100;
    private const int MaxTenantLength = 128;
    private const int MaxHeaderBytes = 8 * 1024;
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxTtl = TimeSpan.FromDays(30);
    private static readonly TimeSpan MaxDebounce = TimeSpan.FromDays(1);

    private const int MaxKeyLength = 256;

    /// <exception cref="TaskValidationException">Something is wrong.</exception>
    /// <exception cref="TaskTooLargeException">The headers are too large.</exception>
    public static void Run(TaskDefinition definition, QueueEntry queue, JsonElement args, SendOptions options, DateTimeOffset now)
    {
        var headers = options.Headers?.Sum(h => Encoding.UTF8.GetByteCount(h.Key) + Encoding.UTF8.GetByteCount(h.Value ?? "")) ?? 0;
        if (headers > MaxHeaderBytes) throw new TaskTooLargeException("headers", headers, MaxHeaderBytes);

        List<(string Option, string Sentence)> faults = [.. Faults(queue, args, options, now)];
        faults.AddRange(KeyFaults(options));
        if (FindFault(definition, args) is { } fault) faults.Add(("args", fault));
        if (faults.Count > 0) throw new TaskValidationException(faults);
    }

    /// <summary>The fault of the arguments, and its place; null when the task takes them.</summary>
    public static string? FindFault(TaskDefinition definition, JsonElement args) =>
        definition.FindMisfit(args) is { } misfit ? $"They do not fit the task '{definition.Name}', {misfit}" : null;

    /// <summary>The option, else the argument <c>tenant</c> where the queue needs one.</summary>
    public static string? FindTenant(QueueEntry queue, JsonElement args, SendOptions options) =>
        options.Tenant is null && queue.RequiresSession && args.ValueKind == JsonValueKind.Object
            && args.TryGetProperty("tenant", out var tenant) && tenant.ValueKind == JsonValueKind.String
            ? tenant.GetString()
            : options.Tenant;

    private static IEnumerable<(string Option, string Sentence)> KeyFaults(SendOptions options)
    {
        if (options.Unique is { } unique)
        {
            if (unique.Key.Length is 0 or > MaxKeyLength) yield return ("unique.key", $"Give 1 to {MaxKeyLength} characters.");
            if (unique is { For: null, Until: null })
                yield return ("unique", "Give for, such as \"10m\", or until: \"started\" or \"done\".");
            if (unique.For is { } time && (time <= TimeSpan.Zero || time > MaxTtl))
                yield return ("unique.for", "Give 1 second to 30 days.");
            if (options.TaskId is not null) yield return ("unique", "Give unique or taskId, not both.");
            if (options.Debounce is not null) yield return ("unique", "Give unique or debounce, not both.");
            if (options.IgnoreResult) yield return ("unique", "It needs the state that ignoreResult does not keep.");
            if (options.ResultTtl < UniqueClaims.MinResultTtl) yield return ("resultTtl", "With unique, give 60 seconds or more.");
        }

        if (options.Batch is { } batch)
        {
            if (!BatchKeys.IsValid(batch)) yield return ("batch", "Give the id of a batch.");
            if (options.Unique is not null) yield return ("batch", "Give batch or unique, not both: who has the key is no member.");
            if (options.IgnoreResult) yield return ("batch", "It needs the state that ignoreResult does not keep.");
        }

        if (options.Debounce is not { } debounce) yield break;
        if (debounce.Key.Length is 0 or > MaxKeyLength) yield return ("debounce.key", $"Give 1 to {MaxKeyLength} characters.");
        if (debounce.For <= TimeSpan.Zero || debounce.For > MaxDebounce) yield return ("debounce.for", "Give 1 second to a day.");
        if (options is not { Countdown: null, Eta: null })
            yield return ("debounce", "Give debounce, countdown or eta, not several of them.");
    }

    private static IEnumerable<(string Option, string Sentence)> Faults(
        QueueEntry queue, JsonElement args, SendOptions options, DateTimeOffset now)
    {
        if (options.TaskId is { } id && !TaskKey.IsValid(id)) yield return ("taskId", "Give 1 to 100 letters, digits and . _ : -");
        if (options is { Countdown: not null, Eta: not null }) yield return ("countdown", "Give countdown or eta, not both.");
        if (options.Countdown < TimeSpan.Zero) yield return ("countdown", "Give 0 seconds or more.");
        if (options.Countdown > MaxWait) yield return ("countdown", "Give a year at most.");
        if (options.Eta > now + MaxWait) yield return ("eta", "Give a time within a year from now.");
        if (TaskTags.FindFault(options.Tags) is { } tags) yield return ("tags", tags);
        if (options.MaxRetries is < 0 or > MaxRetries) yield return ("maxRetries", $"Give 0 to {MaxRetries}.");
        if (options.RetryDelay is { } delay && (delay < TimeSpan.Zero || delay > MaxRetryDelay))
            yield return ("retryDelay", "Give 0 to 86400 seconds.");
        if (options.RetryBackoff is < 1 or > 10) yield return ("retryBackoff", "Give 1 to 10.");
        if (options.ResultTtl is { } ttl && (ttl <= TimeSpan.Zero || ttl > MaxTtl))
            yield return ("resultTtl", "Give 1 second to 30 days.");
        if (options.Priority < 0 || options.Priority > queue.MaxPriority)
            yield return ("priority", string.Create(
                CultureInfo.InvariantCulture, $"It is {options.Priority}; the queue '{queue.Name}' takes 0 to {queue.MaxPriority}."));
        if (queue.Name == TaskSlot.Lane) yield return ("queue", "It takes what limits hold, and nothing else. Name the task's own queue.");
        if (options.Tenant is { Length: 0 or > MaxTenantLength }) yield return ("tenant", $"It has 1 to {MaxTenantLength} characters.");
        else if (queue.RequiresSession && FindTenant(queue, args, options) is not { Length: > 0 and <= MaxTenantLength })
            yield return ("tenant",
                $"The queue '{queue.Name}' needs a tenant: give the option or the argument 'tenant', 1 to {MaxTenantLength} characters.");
    }
}
