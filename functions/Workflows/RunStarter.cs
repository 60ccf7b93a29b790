using System.Text.Json;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Http;
using Serverless.Orchestrations;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.InputSchemas;
using Serverless.Workflows.Run;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows;

/// <summary>Starts runs, each once, whoever asks and however often.</summary>
internal sealed class RunStarter(WorkflowRegistry registry, RunStore runs, RunBlobs blobs, TimeProvider time, ILogger<RunStarter> logger)
{
    /// <summary>Starts a run of a version that exists.</summary>
    /// <returns>The run; the one that was started before when the id is known.</returns>
    /// <exception cref="IdTakenException">The id is that of a run that was asked for otherwise.</exception>
    /// <exception cref="InstanceTakenException">The id is in use for something that is no run.</exception>
    /// <exception cref="Tasks.TaskTooLargeException">The input is too large.</exception>
    /// <exception cref="Tasks.TaskValidationException">The input does not fit the workflow's schema.</exception>
    public async Task<RunRecord> StartAsync(DurableTaskClient client, RunRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = request.RunId ?? $"run-{Guid.CreateVersion7(now):N}";
        var run = request.RunId is null ? null : await FindAsync(client, id, request, cancellationToken);
        run ??= await AddAsync(id, request, now, cancellationToken);
        Require(request, run);
        if (!run.IsFinal) await ResumeAsync(client, run, cancellationToken);
        return run;
    }

    /// <summary>Starts the orchestration of a run that is recorded, unless it is there.</summary>
    /// <returns>True when this call started it.</returns>
    public async Task<bool> ResumeAsync(DurableTaskClient client, RunRecord run, CancellationToken cancellationToken)
    {
        // An instance that has ended did not end the run: it was terminated from outside. Whoever did that did not want it to go on.
        var input = new WorkflowRunInput(run.Workflow, run.Version, run.Input ?? StoredValue.Null)
        {
            RerunOf = run.RerunOf,
            From = run.RerunFrom,
        };
        var isStarted = await client.StartOnceAsync(nameof(WorkflowRun), run.Id, input, mayRestart: null, cancellationToken);
        if (isStarted) Logs.RunStarted(logger, run.Workflow, run.Version, run.Id);
        if (!run.IsBegun) await runs.BeginAsync(run.Id, CancellationToken.None);
        return isStarted;
    }

    // Before it is added: one of another kind must leave no row behind.
    private async Task<RunRecord?> FindAsync(DurableTaskClient client, string id, RunRequest request, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken);
        if (run is null) await client.FindOwnAsync(nameof(WorkflowRun), id, cancellationToken);
        else Require(request, run);
        return run;
    }

    private async Task<RunRecord> AddAsync(string id, RunRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (version, fingerprint) = (request.Version, request.TakeFingerprint());
        var definition = await registry.GetAsync(version.Name, version.Version, cancellationToken);
        if (request.Input is not null || request.RerunOf is null) InputSchema.Require(definition.InputSchema, request.Input);

        // By its content: of two requests of one id the other one's must not lie where the first one's run looks for it.
        var input = (request.Input is null ? request.RerunOf?.Input : null)
            ?? await blobs.StoreAsync(id, $"input-{ContentName(fingerprint)}", request.Input, cancellationToken);
        return await runs.AddAsync(
            new RunRecord(id, version.Name, version.Version, RunState.Pending, now)
            {
                TotalSteps = definition.ListSteps().Count(),
                Input = input,
                RerunOf = request.RerunOf?.Id,
                RerunFrom = request.From,
                Tags = request.Tags ?? request.RerunOf?.Tags,
                Request = fingerprint.ToString(),
            },
            cancellationToken);
    }

    private static string ContentName(RequestFingerprint fingerprint) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(fingerprint.ToString())))[..16];

    private static void Require(RunRequest request, RunRecord known)
    {
        if (request.IsIdDerived && known.RerunOf == request.RerunOf?.Id && known.Parent is null) return;
        List<string> differing = [.. known.Request is { } before ? request.TakeFingerprint().ListDifferencesTo(before) : []];
        if (request.IsVersionAsked && known.Version != request.Version.Version) differing.Add("version");
        if (known.Request is null || differing.Count > 0) throw new IdTakenException("run", known.Id, differing);
    }
}

/// <summary>A run that is asked for.</summary>
/// <param name="Version">What to run.</param>
/// <param name="Input">The run's input.</param>
/// <param name="RunId">The id of a run that is started once; null makes a new one.</param>
internal sealed record RunRequest(WorkflowVersion Version, JsonElement? Input, string? RunId)
{
    /// <summary>The run whose finished steps it takes over.</summary>
    public RunRecord? RerunOf { get; init; }

    /// <summary>The step from which on it takes nothing over; null takes over whatever finished.</summary>
    public string? From { get; init; }

    /// <summary>Words that it can be found by; null takes those of the run that it repeats.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The version was asked for by its number, and is not just the latest.</summary>
    public bool IsVersionAsked { get; init; }

    /// <summary>
    /// The id names a place in the caller's own work: asked for again it is the same run, whatever has become of the request meanwhile.
    /// </summary>
    public bool IsIdDerived { get; init; }

    internal RequestFingerprint TakeFingerprint() =>
        new RequestFingerprint().Add("workflow", Version.Name).Add("input", Input).Add("rerunOf", RerunOf?.Id)
            .Add("from", From)
            .Add("tags", Tags);
}
