using System.Globalization;
using System.Text.Json;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.DurableTask.Client;
using Serverless.Local.Runtime.Durable;

namespace Serverless.Local.Runtime.Http;

/// <summary>The HTTP API of orchestrations, as the Durable Functions extension serves it. Rewinding is not offered here.</summary>
internal sealed class DurableApi(DurableEngine engine)
{
    public const string Prefix = "/runtime/webhooks/durabletask";
    private const string ContinuationHeader = "x-ms-continuation-token";

    private readonly InstanceCommands _commands = engine.Commands;

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Prefix);
        Map(group, "GET", "/instances", List);
        Map(group, "DELETE", "/instances", PurgeAllAsync);
        Map(group, "GET", "/instances/{id}", Status);
        Map(group, "DELETE", "/instances/{id}", PurgeAsync);
        Map(group, "POST", "/instances/{id}/raiseEvent/{eventName}", RaiseEventAsync);
        Map(
            group, "POST", "/instances/{id}/terminate", request => TellAsync(
                request, (id, reason) => _commands.TerminateAsync(id, reason)));
        Map(group, "POST", "/instances/{id}/suspend", request => TellAsync(request, _commands.SuspendAsync));
        Map(group, "POST", "/instances/{id}/resume", request => TellAsync(request, _commands.ResumeAsync));
        Map(group, "POST", "/instances/{id}/restart", RestartAsync);
        Map(group, "POST", "/orchestrators/{name}/{id?}", StartAsync);
    }

    private static void Map(RouteGroupBuilder group, string method, string route, Func<HttpRequest, Task<IResult>> handle) =>
        group.MapMethods(route, [method], async context => await (await handle(context.Request)).ExecuteAsync(context));

    private static void Map(RouteGroupBuilder group, string method, string route, Func<HttpRequest, IResult> handle) =>
        Map(group, method, route, request => Task.FromResult(handle(request)));

    // Routing leaves an escaped slash as it is, because it must not divide the path.
    private static string Id(HttpRequest request) =>
        ((string?)request.RouteValues["id"])?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) ?? "";

    private IResult Status(HttpRequest request)
    {
        if (_commands.Find(Id(request)) is not { } row) return Results.NotFound();
        var history = DurableQuery.ReadFlag(request, "showHistory", false) ? _commands.ReadHistory(row.Id) : null;
        var showInput = DurableQuery.ReadFlag(request, "showInput", true);
        var body = DurableJson.BuildInstance(row, showInput, history, DurableQuery.ReadFlag(request, "showHistoryOutput", false));
        if (DurableRows.IsUnfinished(row.Status))
        {
            var response = request.HttpContext.Response;
            response.Headers.Location = $"{request.Scheme}://{request.Host}{request.Path.ToUriComponent()}{request.QueryString}";
            response.Headers.RetryAfter = "5";
            return DurableJson.Answer(body, StatusCodes.Status202Accepted);
        }

        var isError = row.Status == OrchestrationRuntimeStatus.Failed
            && DurableQuery.ReadFlag(request, "returnInternalServerErrorOnFailure", false);
        return DurableJson.Answer(body, isError ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK);
    }

    private IResult List(HttpRequest request)
    {
        var query = new OrchestrationQuery(
            DurableQuery.ReadTime(request, "createdTimeFrom"),
            DurableQuery.ReadTime(request, "createdTimeTo"),
            DurableQuery.ReadStatuses(request),
            InstanceIdPrefix: request.Query["instanceIdPrefix"]);
        var size = DurableQuery.ReadNumber(request, "top") ?? OrchestrationQuery.DefaultPageSize;
        var showInput = DurableQuery.ReadFlag(request, "showInput", true);
        try
        {
            var (rows, next) = _commands.List(query, request.Headers[ContinuationHeader], size);
            request.HttpContext.Response.Headers[ContinuationHeader] = next ?? "";
            return DurableJson.Answer(DurableJson.List(rows, showInput));
        }
        catch (ArgumentException e)
        {
            return DurableJson.BadRequest(e.Message);
        }
    }

    private async Task<IResult> PurgeAsync(HttpRequest request)
    {
        if (_commands.Find(Id(request)) is null) return Results.NotFound();
        return DurableJson.Purged(await _commands.PurgeAsync(Id(request)));
    }

    private async Task<IResult> PurgeAllAsync(HttpRequest request)
    {
        if (DurableQuery.ReadTime(request, "createdTimeFrom") is not { } from)
            return DurableJson.BadRequest("Please provide value for 'createdTimeFrom' parameter.");
        var filter = new PurgeInstancesFilter(from, DurableQuery.ReadTime(request, "createdTimeTo"), DurableQuery.ReadStatuses(request));
        var purged = await _commands.PurgeAllAsync(filter, recursive: false, request.HttpContext.RequestAborted);
        return purged.PurgedInstanceCount == 0 ? Results.NotFound() : DurableJson.Purged(purged.PurgedInstanceCount);
    }

    private async Task<IResult> RaiseEventAsync(HttpRequest request)
    {
        if (!Exists(request, out var refusal)) return refusal;
        if (!request.HasJsonContentType()) return DurableJson.BadRequest("Only application/json request content is supported");
        var (json, isValid) = await DurableQuery.ReadBodyAsync(request);
        if (!isValid) return DurableJson.BadRequest("Invalid JSON content");
        return await AcceptAsync(_commands.RaiseEventAsync(Id(request), (string)request.RouteValues["eventName"]!, json));
    }

    private async Task<IResult> TellAsync(HttpRequest request, Func<string, string?, Task> tell) =>
        Exists(request, out var refusal) ? await AcceptAsync(tell(Id(request), request.Query["reason"])) : refusal;

    private bool Exists(HttpRequest request, out IResult refusal)
    {
        var row = _commands.Find(Id(request));
        refusal = row is null ? Results.NotFound() : Results.StatusCode(StatusCodes.Status410Gone);
        return row is not null && DurableRows.IsUnfinished(row.Status);
    }

    // It may have ended, or gone, since it was looked at.
    private static async Task<IResult> AcceptAsync(Task command)
    {
        try
        {
            await command;
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }
        catch (InvalidOperationException)
        {
            return Results.StatusCode(StatusCodes.Status410Gone);
        }
        catch (ArgumentException)
        {
            return Results.NotFound();
        }
    }

    private async Task<IResult> StartAsync(HttpRequest request)
    {
        var (json, isValid) = await DurableQuery.ReadBodyAsync(request);
        if (!isValid) return DurableJson.BadRequest("Invalid JSON content");
        var id = Id(request) is { Length: > 0 } given ? given : Guid.NewGuid().ToString("N");
        try
        {
            await _commands.StartAsync(
                new NewInstance(id, (string)request.RouteValues["name"]!, engine.Now) { Input = json }, refusing: null);
            return Started(request, id);
        }
        catch (OrchestrationAlreadyExistsException e)
        {
            return DurableJson.Answer(DurableJson.BuildMessage(e.Message), StatusCodes.Status409Conflict);
        }
    }

    private async Task<IResult> RestartAsync(HttpRequest request)
    {
        try
        {
            var id = await engine.Client.RestartAsync(
                Id(request), DurableQuery.ReadFlag(request, "restartWithNewInstanceId", true), request.HttpContext.RequestAborted);
            return Started(request, id);
        }
        catch (ArgumentException)
        {
            return DurableJson.BadRequest("InstanceId does not match a valid orchestration instance.");
        }
        catch (InvalidOperationException e)
        {
            return DurableJson.Answer(DurableJson.BuildMessage(e.Message), StatusCodes.Status409Conflict);
        }
    }

    private static IResult Started(HttpRequest request, string id)
    {
        var payload = ManagementAddresses.Of($"{request.Scheme}://{request.Host}{Prefix}", id);
        var headers = request.HttpContext.Response.Headers;
        headers.Location = payload.StatusQueryGetUri;
        headers.RetryAfter = 10.ToString(CultureInfo.InvariantCulture);
        return Results.Json(payload, JsonSerializerOptions.Web, statusCode: StatusCodes.Status202Accepted);
    }
}
