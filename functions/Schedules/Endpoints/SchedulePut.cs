using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Access;
using Serverless.Http;
using Serverless.Schedules.Running;

namespace Serverless.Schedules.Endpoints;

/// <summary><c>PUT /api/schedules/{name}</c>: makes a schedule, or gives it another definition while it runs.</summary>
internal sealed class SchedulePut(
    ScheduleWriter writer, ScheduleTargets targets, Scheduler scheduler, CallerReader callers, TimeProvider time)
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
        var now = ScheduleWriter.TrimToSecond(time.GetUtcNow());
        var faults = new ValidationErrors();
        if (!ScheduleName.IsValid(name)) faults.Add("name", ScheduleName.Rule);
        var definition = ScheduleRequestReader.Read(json, now, faults);
        if (WorkflowSchedules.FindFault(name, definition) is { } fault) faults.Add("name", fault);
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
        var (saved, isNew) = await writer.PutAsync(name, _ => definition, callers.Read(request).Name, now, cancellationToken);
        if (isNew) request.HttpContext.Response.Headers.Location = $"{request.Scheme}://{request.Host}{request.Path}";
        return ScheduleFunctions.Answer(ScheduleView.Of(saved), isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }
}
