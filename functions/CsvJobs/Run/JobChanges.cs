using Microsoft.DurableTask;

namespace Serverless.CsvJobs.Run;

/// <summary>A change of a job while it runs; what is null stays as it is.</summary>
/// <param name="MaxParallel">How many ranges are in flight.</param>
/// <param name="MaxRejectedRatio">The job fails when more than this share of the records is rejected; never at 1.</param>
internal sealed record CsvJobChange(int? MaxParallel = null, double? MaxRejectedRatio = null)
{
    /// <summary>The event that brings one.</summary>
    public const string Event = "Change";
}

/// <summary>
/// Takes changes of a job in, in the order in which they were asked for. Part of an orchestrator: one that comes while nobody waits is kept
/// until somebody does, over new histories too.
/// </summary>
/// <param name="context">The orchestration.</param>
/// <param name="apply">Applies a change.</param>
internal sealed class JobChanges(TaskOrchestrationContext context, Action<CsvJobChange> apply)
{
    private Task<CsvJobChange>? _next;

    /// <summary>Completes when there is a change to take.</summary>
    public Task<CsvJobChange> Next => _next ??= context.WaitForExternalEvent<CsvJobChange>(CsvJobChange.Event);

    /// <summary>Applies the change that came.</summary>
    public async Task TakeAsync()
    {
        var change = await Next;
        _next = null;
        apply(change);
    }

    /// <summary>Waits for work to end; what is changed meanwhile is applied.</summary>
    public async Task<T> WaitAsync<T>(Task<T> work)
    {
        while (await Task.WhenAny(work, Next) != work) await TakeAsync();
        return await work;
    }
}
