using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Workflows.Definitions;

namespace Serverless.Workflows.Endpoints;

/// <summary>Definitions over HTTP.</summary>
internal sealed class WorkflowFunctions(
    WorkflowRegistry registry, WorkflowRegistrar registrar, BuiltInWorkflows own, IWorkflowSchedules schedules)
{
    private const int MaxVersions = 100;

    // Words that addresses below /api/workflows have for themselves.
    private static readonly string[] Reserved = ["runs", "schema"];

    /// <summary>
    /// <c>PUT /api/workflows/{name}</c>: registers a definition. 201 with a new version, 200 when it is the current one, 400 with every
    /// fault. With
    /// <c>?dryRun=true</c> nothing is registered: 200 with the version that it would be.
    /// </summary>
    [Function("WorkflowPut")]
    public async Task<IResult> PutAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "workflows/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadElementAsync(request, WorkflowDefinition.MaxBytes, cancellationToken);
        var faults = new ValidationErrors();
        if (!DefinitionReader.IsName(name)) faults.Add("address", $"The name '{name}' is refused. {DefinitionReader.NameRule}");
        else if (Reserved.Contains(name)) faults.Add("address", $"The name '{name}' has a meaning of its own here; choose another.");
        var isDry = PageQuery.ReadBoolean(request.Query, "dryRun", faults) ?? false;

        await own.WaitUntilRegisteredAsync(cancellationToken);
        var outcome = isDry || faults.Any
            ? await registrar.PreviewAsync(name, json, faults, cancellationToken)
            : await registrar.RegisterAsync(name, json, faults, cancellationToken);
        if (outcome is not var (version, isNew)) return Problems.Invalid(faults, "The workflow has faults");
        if (!isDry) await SettleScheduleAsync(name, cancellationToken);
        return Results.Json(
            version, WorkflowJson.Options, statusCode: isNew && !isDry ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary><c>GET /api/workflows</c>: all workflows in their current versions.</summary>
    [Function("WorkflowList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "workflows")] HttpRequest request, CancellationToken cancellationToken)
    {
        await own.WaitUntilRegisteredAsync(cancellationToken);
        return Results.Json(new WorkflowPage(await registry.ListAsync(cancellationToken)), WorkflowJson.Options);
    }

    /// <summary><c>GET /api/workflows/{name}?version=2</c>: a definition, the current one by default, and the versions there are.</summary>
    [Function("WorkflowShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "workflows/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken)
    {
        await own.WaitUntilRegisteredAsync(cancellationToken);
        if (!DefinitionReader.IsName(name) || await registry.FindLatestAsync(name, cancellationToken) is not { } latest)
            return Unknown(name);
        var number = latest.Version;
        var versions = await registry.ListVersionsAsync(name, MaxVersions, cancellationToken);
        if (request.Query["version"] is [{ Length: > 0 } text]
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number < 1
                || await registry.FindAsync(name, number, cancellationToken) is null))
            return Problems.NotFound(
                "There is no such version", $"'{name}' has versions up to {latest.Version}.");
        return Results.Json(
            new WorkflowDetails(await registry.GetAsync(name, number, cancellationToken), versions), WorkflowJson.Options);
    }

    /// <summary>
    /// <c>DELETE /api/workflows/{name}</c>: nothing starts it any more, and its runs go on. 204; 409 when it comes with the app, or is the
    /// child of another.
    /// </summary>
    [Function("WorkflowDelete")]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "workflows/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken)
    {
        await own.WaitUntilRegisteredAsync(cancellationToken);
        if (!DefinitionReader.IsName(name) || await registry.FindLatestAsync(name, cancellationToken) is null)
            return Unknown(name);
        if (BuiltInWorkflows.Read().ContainsKey(name))
            return Problems.Conflict("It comes with the app", $"The workflow '{name}' would be there again at the next start.");
        if (await registry.ListParentsAsync(name, cancellationToken) is { Count: > 0 } parents)
            return Problems.Conflict(
                "It is the child of another",
                $"{string.Join(", ", parents.Take(10))} runs '{name}' as a step; change or delete that first.");

        // First, so that asking again does what was not done.
        await schedules.RemoveAsync(name, cancellationToken);
        if (!await registrar.DeleteAsync(name, cancellationToken)) return Unknown(name);
        await SettleScheduleAsync(name, cancellationToken);
        return Results.NoContent();
    }

    // Of several who put or delete it at once, the schedule is that of the version which came last, whoever is through first.
    private async Task SettleScheduleAsync(string name, CancellationToken cancellationToken)
    {
        var latest = await registry.FindLatestAsync(name, cancellationToken);
        while (true)
        {
            if (latest is null) await schedules.RemoveAsync(name, cancellationToken);
            else await schedules.ApplyAsync(await registry.GetAsync(name, latest.Version, cancellationToken), cancellationToken);
            var now = await registry.FindLatestAsync(name, cancellationToken);
            if (now?.Version == latest?.Version) return;
            latest = now;
        }
    }

    /// <summary><c>GET /api/workflows/schema</c>: the JSON Schema of definitions.</summary>
    [Function("WorkflowSchema")]
    public static IResult Schema([HttpTrigger(AuthorizationLevel.Function, "get", Route = "workflows/schema")] HttpRequest request)
    {
        using var stream = typeof(WorkflowFunctions).Assembly.GetManifestResourceStream("workflow.schema.json")!;
        using var schema = JsonDocument.Parse(stream);
        return Results.Json(schema.RootElement.Clone(), contentType: "application/schema+json");
    }

    /// <summary>404 for a name that no workflow has.</summary>
    internal static IResult Unknown(string name) => Problems.NotFound("workflow", name, "GET /api/workflows lists them.");
}

/// <summary>The workflows.</summary>
/// <param name="Workflows">In their current versions.</param>
internal sealed record WorkflowPage(IReadOnlyList<WorkflowVersion> Workflows);

/// <summary>A workflow.</summary>
/// <param name="Definition">The version that was asked for.</param>
/// <param name="Versions">Those that there are, the newest first.</param>
internal sealed record WorkflowDetails(WorkflowDefinition Definition, IReadOnlyList<WorkflowVersion> Versions);
