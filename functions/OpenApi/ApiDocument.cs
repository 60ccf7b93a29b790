using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.OpenApi;

/// <summary>
/// The API as OpenAPI 3.1: routes and methods are the functions' own, the rest is what <see cref="ApiCatalog"/> says of them.
/// </summary>
internal static partial class ApiDocument
{
    private const string Everything = "{*path}";

    /// <summary>Writes it.</summary>
    public static JsonObject Write()
    {
        var described = ApiCatalog.All.ToDictionary(o => o.Function, StringComparer.Ordinal);
        var (schemas, paths) = (new ApiSchemas(), new SortedDictionary<string, JsonObject>(StringComparer.Ordinal));
        foreach (var (function, trigger) in Functions())
        {
            // The tests hold that there is none of these; a reader is better served with the address alone than with nothing.
            if (!described.TryGetValue(function, out var operation)) operation = new ApiOperation(function, "");
            var route = "/" + Star().Replace(trigger.Route!, "{").Replace("?}", "}", StringComparison.Ordinal);
            var path = paths.Keys.FirstOrDefault(p => Shape(p) == Shape(route)) ?? route;
            if (!paths.TryGetValue(path, out var item)) paths[path] = item = [];
            foreach (var method in trigger.Methods ?? [])
            {
                var name = (trigger.Methods!.Length > 1 ? method[..1].ToUpperInvariant() + method[1..] : "") + function;
                item[method] = Operation(operation, name, path, trigger, schemas);
            }
        }

        foreach (var (type, json) in ApiCatalog.Parts) schemas.Refer(type, json, isAnswer: true);
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Serverless", ["version"] = Version(), ["description"] = Description },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/api" }),
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }, new JsonObject()),
            ["paths"] = new JsonObject(paths.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
            ["components"] = new JsonObject
            {
                ["schemas"] = Components(schemas),
                ["responses"] = new JsonObject { ["Problem"] = Problem() },
                ["securitySchemes"] = new JsonObject
                {
                    ["key"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-functions-key" },
                },
            },
        };
    }

    private const string Description =
        "Files in and out, CSV jobs, tasks, queues and dead letters, workflows, schedules, mail and notifications, and what the app " +
        "does. On Azure every request carries a key; the local host takes none. Lists have pages: \"next\" of one is " +
        "\"after\" of the next.";

    private static IEnumerable<(string Function, HttpTriggerAttribute Trigger)> Functions() =>
        from type in typeof(ApiDocument).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger?.Route is { } route && route != Everything
        orderby trigger.Route, function.Name
        select (function.Name, trigger);

    private static JsonObject Operation(
        ApiOperation operation, string name, string path, HttpTriggerAttribute trigger, ApiSchemas schemas)
    {
        var inPath = Parameter().Matches(path).Select(m => (JsonNode)ApiParameters.OfPath(m.Groups[1].Value));
        var inQuery = operation.Query.Select(q => (JsonNode)ApiParameters.Describe(q, "query"));
        var inHeaders = operation.Headers.Select(h => (JsonNode)ApiParameters.Describe(h, "header"));
        var json = new JsonObject
        {
            ["operationId"] = name,
            ["tags"] = new JsonArray(path.Split('/')[1]),
            ["summary"] = operation.Summary,
            ["parameters"] = new JsonArray([.. inPath, .. inQuery, .. inHeaders]),
        };
        if (operation.Body is { } body)
            json["requestBody"] = new JsonObject { ["content"] = Content(body, schemas, isAnswer: false) };
        if (trigger.AuthLevel == AuthorizationLevel.Anonymous) json["security"] = new JsonArray();

        var answers = new JsonObject();
        foreach (var (status, content) in operation.Answers)
        {
            var answer = new JsonObject { ["description"] = Word(status) };
            if (content is not null) answer["content"] = Content(content, schemas, isAnswer: true);
            answers[$"{status}"] = answer;
        }

        foreach (var status in operation.Problems.Order()) answers[$"{status}"] = Refer("responses/Problem");
        answers["default"] = Refer("responses/Problem");
        json["responses"] = answers;
        return json;
    }

    private static JsonObject Content(ApiContent content, ApiSchemas schemas, bool isAnswer)
    {
        var forms = content.Or is { } other ? Content(other, schemas, isAnswer) : [];
        forms[content.MediaType] = new JsonObject
        {
            ["schema"] = content.Type is { } type ? schemas.Refer(type, content.Json!, isAnswer) : content.Schema!(),
        };
        return forms;
    }

    private static JsonObject Components(ApiSchemas schemas)
    {
        var components = schemas.Components.DeepClone().AsObject();
        components["Problem"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "Why a request is refused (RFC 9457).",
            ["properties"] = new JsonObject
            {
                ["type"] = new JsonObject { ["type"] = "string" },
                ["title"] = new JsonObject { ["type"] = "string" },
                ["status"] = new JsonObject { ["type"] = "integer" },
                ["detail"] = new JsonObject { ["type"] = "string" },
                ["errors"] = new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = new JsonObject
                    {
                        ["type"] = "array",
                        ["items"] = new JsonObject { ["type"] = "string" },
                    },
                },
            },
            ["required"] = new JsonArray("title", "status"),
        };
        return components;
    }

    private static JsonObject Problem() => new()
    {
        ["description"] = "The request is refused; the body says why.",
        ["content"] = new JsonObject
        {
            ["application/problem+json"] = new JsonObject { ["schema"] = Refer("schemas/Problem") },
        },
    };

    private static JsonObject Refer(string component) => new() { ["$ref"] = $"#/components/{component}" };

    private static string Version() => typeof(ApiDocument).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    private static string Word(int status) => status switch
    {
        201 => "Made.",
        202 => "Accepted: it is done from here on.",
        204 => "Done.",
        206 => "A range.",
        304 => "Nothing is new.",
        503 => "It does not work.",
        _ => "What was asked for.",
    };

    private static string Shape(string path) => Parameter().Replace(path, "{}");

    [GeneratedRegex(@"\{\*")]
    private static partial Regex Star();

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex Parameter();
}
