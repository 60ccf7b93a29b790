using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Schedules.Running;

namespace Serverless.Schedules.Endpoints;

/// <summary><c>PUT /api/schedules/{name}</c>: makes a schedule, or gives it another definition while it runs.</summary>
internal sealed class SchedulePut(ScheduleStore store, ScheduleTargets targets, Scheduler scheduler, ScheduleWatch watch, TimeProvider time)
{
    // A property of a row holds 32,768 characters, and the definition has other members.
    private const int MaxBodyBytes = 30_000;

    /// <summary>201 with a new schedule, 200 with one that was changed; 400 with every fault; 413 when it is too large.</summary>
    [Function(nameof(SchedulePut))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "schedules/{name}")] HttpRequest request, string name,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadObjectAsync(
            request, MaxBodyBytes, "{\"cron\": \"0 3 * * *\", \"task\": \"demo.add\", \"args\": {\"a\": 1, \"b\": 2}}", cancellationToken,
            "Put large arguments into a blob, and name it in them.");
        var now = WholeSecond(time.GetUtcNow());
        var faults = new ValidationErrors();
        if (!ScheduleName.IsValid(name)) faults.Add("name", ScheduleName.Rule);
        var definition = ScheduleRequestReader.Read(json, now, faults);
        if (definition.Task is null != definition.Workflow is null)
            await targets.Of(definition).CheckAsync(definition, faults, cancellationToken);
        if (faults.Any) return Problems.Invalid(faults, "The schedule is refused");

        var answer = await SaveAsync(request, name, definition, now, cancellationToken);
        scheduler.LookSoon(client);
        return answer;
    }

    private async Task<IResult> SaveAsync(
        HttpRequest request, string name, ScheduleDefinition definition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Schedule? known = null;
        var saved = await store.PutAsync(
            name,
            found =>
            {
                known = found;
                var schedule = found ?? new Schedule(name, definition, new ScheduleState(), now, now);
                return ScheduleSteps.Redefine(schedule, Anchored(definition, found, now), now, watch.Since);
            },
            cancellationToken);
        if (known is null) request.HttpContext.Response.Headers.Location = $"{request.Scheme}://{request.Host}{request.Path}";
        return ScheduleFunctions.Answer(ScheduleView.Of(saved), known is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    // An interval counts from somewhere: from now, but an edited schedule keeps the beat it had.
    private static ScheduleDefinition Anchored(ScheduleDefinition definition, Schedule? known, DateTimeOffset now) =>
        definition is not { Interval: { } interval, From: null } ? definition
        : definition with { From = known?.Definition is { Interval: { } before, From: { } from } && before == interval ? from : now };

    private static DateTimeOffset WholeSecond(DateTimeOffset time) =>
        new(time.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
