using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Serverless.Http;

namespace Serverless.Jobs;

/// <summary>Looks at orchestrations, suspends and resumes them, for endpoints whose own ids are the orchestrations'.</summary>
internal static class InstanceControl
{
    /// <summary>The orchestration of an id, if it is the one that is meant.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="id">The id.</param>
    /// <param name="orchestrator">The orchestrator's name; another's instances are none of the caller's.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public static async Task<OrchestrationMetadata?> FindAsync(
        DurableTaskClient client, string id, string orchestrator, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken) is { } instance && instance.Name == orchestrator
            ? instance : null;

    /// <summary>Suspends what runs: it begins nothing more until it is resumed. 202; 409 when it has ended.</summary>
    public static Task<IResult> SuspendAsync(
        HttpRequest request, DurableTaskClient client, OrchestrationMetadata instance, CancellationToken cancellationToken) =>
        ChangeAsync(instance, "suspended", () => client.SuspendInstanceAsync(instance.InstanceId, Reason(request), cancellationToken));

    /// <summary>Lets what was suspended go on. 202; 409 when it has ended.</summary>
    public static Task<IResult> ResumeAsync(
        HttpRequest request, DurableTaskClient client, OrchestrationMetadata instance, CancellationToken cancellationToken) =>
        ChangeAsync(instance, "resumed", () => client.ResumeInstanceAsync(instance.InstanceId, Reason(request), cancellationToken));

    /// <summary>Ends what runs where it stands; what it did stays done. 202; 409 when it has ended.</summary>
    public static Task<IResult> TerminateAsync(
        DurableTaskClient client, OrchestrationMetadata instance, CancellationToken cancellationToken) =>
        ChangeAsync(
            instance, "cancelled", () => client.TerminateInstanceAsync(instance.InstanceId, "Cancelled", cancellationToken));

    /// <summary>Changes what has not ended. 202 with its id; 409 when it has.</summary>
    public static async Task<IResult> ChangeAsync(OrchestrationMetadata instance, string done, Func<Task> change)
    {
        if (instance.IsCompleted)
            return Problems.TooLate("orchestration", instance.InstanceId, instance.RuntimeStatus.ToString(), done);

        await change();
        return Results.Accepted(value: new Controlled(instance.InstanceId));
    }

    /// <summary>The state.</summary>
    public static InstanceStatus Describe(OrchestrationMetadata instance) => new(
        instance.InstanceId, instance.RuntimeStatus.ToString()
            .ToLowerInvariant(), Json(instance.SerializedCustomStatus), Output(instance),
        instance.FailureDetails?.ErrorMessage, instance.CreatedAt, instance.LastUpdatedAt);

    private static string? Reason(HttpRequest request) => request.Query["reason"] is [{ Length: > 0 } reason] ? reason : null;

    // Of what failed it is the error once more, with the name of its type before it.
    private static JsonElement? Output(OrchestrationMetadata instance) =>
        instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed ? null : Json(instance.SerializedOutput);

    private static JsonElement? Json(string? stored)
    {
        if (string.IsNullOrEmpty(stored)) return null;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(stored) is { ValueKind: not JsonValueKind.Null } json ? json : null;
        }
        catch (JsonException)
        {
            // Whoever ended it gave a reason, which is plain text.
            return JsonSerializer.SerializeToElement(stored);
        }
    }
}

/// <summary>Something was suspended, resumed or cancelled.</summary>
/// <param name="Id">Its id.</param>
internal sealed record Controlled(string Id);

/// <summary>The state of an orchestration.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status"><c>pending</c>, <c>running</c>, <c>suspended</c>, <c>completed</c>, <c>failed</c> or <c>terminated</c>.</param>
/// <param name="Progress">What it said last.</param>
/// <param name="Output">What it came to.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="CreatedAt">When it was started.</param>
/// <param name="UpdatedAt">When it last went on.</param>
internal sealed record InstanceStatus(
    string Id, string Status, JsonElement? Progress, JsonElement? Output, string? Error, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);
