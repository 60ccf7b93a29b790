using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Alarms.Endpoints;

/// <summary>Alarms over HTTP.</summary>
internal sealed class AlarmFunctions(AlarmStore store, AlarmCheck check, TimeProvider time)
{
    private const int MaxBodyBytes = 16 * 1024;
    private const string Example = "{\"when\": \"queueAge\", \"after\": \"10m\", \"emails\": [\"ada@example.org\"]}";

    /// <summary><c>GET /api/alarms</c>: the alarms by name, and what is wrong.</summary>
    [Function("AlarmList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "alarms")] HttpRequest request, CancellationToken cancellationToken) =>
        Results.Json(AlarmPage.Of(await store.ListAsync(cancellationToken)), AlarmJson.Options);

    /// <summary><c>GET /api/alarms/{name}</c>: an alarm, with the ETag of its definition.</summary>
    [Function("AlarmShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "alarms/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken) =>
        AlarmCheck.IsName(name) && await store.FindAsync(name, cancellationToken) is { } alarm
            ? Answer(request, alarm) : Unknown(name);

    /// <summary>
    /// <c>PUT /api/alarms/{name}</c>: makes an alarm or changes one; it is looked at within a minute. 201 or 200; 400 with every fault; 409
    /// when there are too many; 412 when <c>If-Match</c> or <c>If-None-Match: *</c> do not hold.
    /// </summary>
    [Function("AlarmPut")]
    public async Task<IResult> PutAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "put", Route = "alarms/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken)
    {
        var conditions = Preconditions.Read(request);
        var definition = await RequestBody.ReadAsync<AlarmDefinition>(request, MaxBodyBytes, AlarmJson.Strict, cancellationToken)
            ?? throw new BodyRefusedException($"The body is empty. Send application/json such as {Example}.");
        var faults = await check.FindFaultsAsync(name, definition, cancellationToken);
        if (faults.Any) return Problems.Invalid(faults, "The alarm is refused");

        if (await store.FindAsync(name, cancellationToken) is null
            && (await store.ListAsync(cancellationToken)).Count >= AlarmStore.MaxAlarms)
            return Problems.Conflict("Too many alarms", $"There are {AlarmStore.MaxAlarms} alarms; delete one.");

        var now = time.GetUtcNow();
        var isNew = false;
        var (alarm, isWritten) = await store.ChangeAsync(
            name,
            found =>
            {
                isNew = found is null;
                return conditions.HoldFor(found?.ComputeVersion()) ? Put(found, name, definition, now) : null;
            },
            cancellationToken);
        return isWritten
            ? Answer(request, alarm!, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK) : Problems.Changed("alarm");
    }

    /// <summary>
    /// <c>DELETE /api/alarms/{name}</c>: ends an alarm; nobody is told. 204; 404; 412 when <c>If-Match</c> does not hold.
    /// </summary>
    [Function("AlarmDelete")]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "delete", Route = "alarms/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken)
    {
        var conditions = Preconditions.Read(request);
        while (AlarmCheck.IsName(name) && await store.FindAsync(name, cancellationToken) is { } alarm)
        {
            if (!conditions.HoldFor(alarm.ComputeVersion())) return Problems.Changed("alarm");

            // What it found out meanwhile is no other version.
            if (await store.TryDeleteAsync(alarm, cancellationToken)) return Results.NoContent();
        }

        return Unknown(name);
    }

    // One that watches nothing knows of nothing that is wrong; what has begun to be told is told.
    private static Alarm Put(Alarm? found, string name, AlarmDefinition definition, DateTimeOffset now) =>
        found is null ? new Alarm(name, Guid.NewGuid().ToString("N"), definition, new AlarmState(), now, now)
        : found with
        {
            Definition = definition,
            State = definition.Enabled ? found.State : found.State with { Causes = [] },
            Updated = now,
        };

    private static IResult Answer(HttpRequest request, Alarm alarm, int status = StatusCodes.Status200OK)
    {
        request.HttpContext.Response.Headers.ETag = $"\"{alarm.ComputeVersion()}\"";
        return Results.Json(AlarmView.Of(alarm), AlarmJson.Options, statusCode: status);
    }

    private static IResult Unknown(string name) => Problems.NotFound("alarm", name, "GET /api/alarms lists them.");
}
