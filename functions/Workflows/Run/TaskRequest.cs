using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Tasks;
using Serverless.Workflows.References;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>A task that an orchestration wants run.</summary>
/// <param name="Id">The task's id: derived from the run and the place in it, so that ordering twice is one task.</param>
/// <param name="Task">The task's name.</param>
/// <param name="Args">The arguments, which may hold references; null for none.</param>
internal sealed record TaskRequest(string Id, string Task, JsonElement? Args)
{
    /// <summary>The values that the references need, by name: see <see cref="References.RunData"/>.</summary>
    public IReadOnlyDictionary<string, StoredValue>? Values { get; init; }

    /// <summary>The value that becomes the task's first argument; null for none.</summary>
    public StoredValue? First { get; init; }

    /// <summary>The way to run it.</summary>
    public TaskVia Via { get; init; }

    /// <summary>The queue; null takes the router's.</summary>
    public string? Queue { get; init; }

    /// <summary>The task whose queue it goes to when none is named; null is itself.</summary>
    public string? RouteAs { get; init; }

    /// <summary>The rule for further tries; null leaves that to the handler.</summary>
    public WorkflowRetry? Retry { get; init; }

    /// <summary>The rule for further tries where no queue makes them.</summary>
    [JsonIgnore]
    internal WorkflowRetry Retries => Retry ?? new WorkflowRetry(MaxRetries: 3, DelaySeconds: 5);
}

/// <summary>The outcome of a task.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="State">Success, failure or revoked.</param>
/// <param name="Value">The result.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Attempts">How often it ran; 0 when that is not known.</param>
internal sealed record TaskAnswer(string Id, TaskState State, StoredValue? Value = null, StepError? Error = null, int Attempts = 0);
