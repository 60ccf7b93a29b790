using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Jobs;

/// <summary>The answers about jobs, alike for every kind of them.</summary>
internal static class JobAnswers
{
    private const int DefaultSize = 20;
    private const int MaxSize = 100;

    /// <summary>200 with a page of jobs, newest first; 400 when <c>size</c> or <c>after</c> is at fault.</summary>
    public static async Task<IResult> ListAsync<TStatus, TPage>(
        IJobControl<TStatus> jobs, HttpRequest request, DurableTaskClient client, Func<IReadOnlyList<TStatus>, string?, TPage> page,
        CancellationToken cancellationToken)
        where TStatus : class
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultSize, MaxSize, faults, TimeIndex.IsPlace);
        if (faults.Any) return Problems.Invalid(faults);
        var (found, next) = await jobs.ListAsync(client, size, after, cancellationToken);
        return Results.Ok(page(found, next));
    }

    /// <summary>200 with the status; 404 when there is no such job.</summary>
    public static async Task<IResult> ShowAsync<TStatus>(
        IJobControl<TStatus> jobs, DurableTaskClient client, string id, CancellationToken cancellationToken)
        where TStatus : class =>
        await jobs.FindAsync(client, id, cancellationToken) is { } status ? Results.Ok(status) : Unknown(jobs, id);

    /// <summary>
    /// 202 with the status when it is cancelled, also when it was before; 404 when there is no such job; 409 when it is too late.
    /// </summary>
    public static async Task<IResult> CancelAsync<TStatus>(
        IJobControl<TStatus> jobs, DurableTaskClient client, string id, CancellationToken cancellationToken)
        where TStatus : class =>
        await jobs.CancelAsync(client, id, cancellationToken) switch
        {
            null => Unknown(jobs, id),
            { Status: { } status } => Results.Accepted(value: status),
            var ended => Problems.TooLate(jobs.Name, id, ended.State, "cancelled"),
        };

    /// <summary>202 when it begins nothing more until it is resumed; 404 when there is no such job; 409 when it has ended.</summary>
    public static async Task<IResult> SuspendAsync<TStatus>(
        IJobControl<TStatus> jobs, HttpRequest request, DurableTaskClient client, string id, CancellationToken cancellationToken)
        where TStatus : class =>
        await InstanceControl.FindAsync(client, id, jobs.Orchestrator, cancellationToken) is { } job
            ? await InstanceControl.SuspendAsync(request, client, job, cancellationToken) : Unknown(jobs, id);

    /// <summary>202 when it goes on; 404 when there is no such job; 409 when it has ended.</summary>
    public static async Task<IResult> ResumeAsync<TStatus>(
        IJobControl<TStatus> jobs, HttpRequest request, DurableTaskClient client, string id, CancellationToken cancellationToken)
        where TStatus : class =>
        await InstanceControl.FindAsync(client, id, jobs.Orchestrator, cancellationToken) is { } job
            ? await InstanceControl.ResumeAsync(request, client, job, cancellationToken) : Unknown(jobs, id);

    /// <summary>404 for an id that no job has.</summary>
    public static IResult Unknown<TStatus>(IJobControl<TStatus> jobs, string id)
        where TStatus : class => Unknown(jobs.Name, jobs.Root, id);

    /// <summary>404 for an id that no job has.</summary>
    public static IResult Unknown(string name, string root, string id) => Problems.NotFound(name, id, $"GET /api/{root} lists the jobs.");
}
