using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Access;
using Serverless.Http;
using Serverless.Schedules.Running;

namespace Serverless.Schedules.Endpoints;

/// <summary>Schedules over HTTP: to look at, to run, to pause and to delete. <see cref="SchedulePut"/> makes them.</summary>
internal sealed class ScheduleFunctions(
    ScheduleStore store, Scheduler scheduler, ScheduleWatch watch, CallerReader callers, TimeProvider time)
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1000;
    private const int MaxBodyBytes = 1024;

    /// <summary><c>GET /api/schedules?size=&amp;after=</c>: the schedules by name, a page at a time.</summary>
    [Function("ScheduleList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "schedules")] HttpRequest request, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultSize, MaxSize, faults);
        if (faults.Any) return Problems.Invalid(faults, "The schedule is refused");

        var (schedules, next) = await store.ListAsync(size, after, cancellationToken);
        return Answer(new SchedulePage([.. schedules.Select(ScheduleView.Of)], next));
    }

    /// <summary><c>GET /api/schedules/{name}</c>: a schedule, how far it has come, and its next five runs.</summary>
    [Function("ScheduleShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "schedules/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken) =>
        ScheduleName.IsValid(name) && await store.FindAsync(name, cancellationToken) is { } schedule
            ? Answer(ScheduleView.Of(schedule)) : Unknown(name);

    /// <summary><c>DELETE /api/schedules/{name}</c>: 204; runs that were started go on.</summary>
    [Function("ScheduleDelete")]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "schedules/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken) =>
        ScheduleName.IsValid(name) && await store.DeleteAsync(name, cancellationToken)
            ? Results.NoContent() : Unknown(name);

    /// <summary><c>POST /api/schedules/{name}/run</c>: starts a run now, paused or not. 202 with its id and where to look.</summary>
    [Function("ScheduleRun")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "schedules/{name}/run")] HttpRequest request, string name,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        ActAsync(request, name, async () =>
        {
            try
            {
                if (await scheduler.StartNowAsync(client, name, cancellationToken) is not var (id, path))
                    return Unknown(name);
                var status = Addresses.Of(request, "schedules", path);
                return Results.Accepted(status, new Started(id, status));
            }
            catch (Exception e) when (ScheduleTargets.IsFinal(e))
            {
                return Problems.Conflict(
                    "The schedule cannot be run",
                    $"{e.Message} Put the schedule with what the app has now.");
            }
        }, cancellationToken);

    /// <summary><c>POST /api/schedules/{name}/pause</c>: nothing starts until it is resumed; what waited is dropped.</summary>
    [Function("SchedulePause")]
    public Task<IResult> PauseAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "schedules/{name}/pause")] HttpRequest request, string name,
        CancellationToken cancellationToken) =>
        ActAsync(request, name, () => EnableAsync(request, name, false, cancellationToken), cancellationToken);

    /// <summary><c>POST /api/schedules/{name}/resume</c>: goes on with the next due time; those of the pause are not made up for.</summary>
    [Function("ScheduleResume")]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "schedules/{name}/resume")] HttpRequest request, string name,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        ActAsync(request, name, async () =>
        {
            var answer = await EnableAsync(request, name, true, cancellationToken);
            scheduler.LookSoon(client);
            return answer;
        }, cancellationToken);

    internal static IResult Answer(object body, int status = StatusCodes.Status200OK) =>
        Results.Json(body, ScheduleRow.Json, statusCode: status);

    private static IResult Unknown(string name) => Problems.NotFound("schedule", name, "GET /api/schedules lists them.");

    /// <summary>Does what needs no body: what comes for one is read to its end, and refused when that is far.</summary>
    private static async Task<IResult> ActAsync(
        HttpRequest request, string name, Func<Task<IResult>> act, CancellationToken cancellationToken)
    {
        await RequestBody.ReadBytesAsync(request, MaxBodyBytes, "None is needed.", cancellationToken);
        return ScheduleName.IsValid(name) ? await act() : Unknown(name);
    }

    private async Task<IResult> EnableAsync(HttpRequest request, string name, bool enabled, CancellationToken cancellationToken)
    {
        var (now, by) = (time.GetUtcNow(), callers.Read(request).Name);
        var schedule = await store.UpdateAsync(
            name, s => ScheduleSteps.Redefine(s, s.Definition with { Enabled = enabled }, now, watch.Since, by), cancellationToken);
        return schedule is null ? Unknown(name) : Answer(ScheduleView.Of(schedule));
    }
}
