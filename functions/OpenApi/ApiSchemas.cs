using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.OpenApi;

/// <summary>Schemas of types as the serializer writes and reads them, each under its name.</summary>
internal sealed class ApiSchemas
{
    private const string Place = "#/components/schemas/";

    private readonly Dictionary<(Type, JsonSerializerOptions, bool), string> _names = [];

    /// <summary>All that were asked for.</summary>
    public JsonObject Components { get; } = [];

    /// <summary>A reference to a type's schema.</summary>
    /// <param name="type">The type.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="isAnswer">We write it: what is never null is always there.</param>
    public JsonObject Refer(Type type, JsonSerializerOptions options, bool isAnswer)
    {
        if (!_names.TryGetValue((type, options, isAnswer), out var name))
        {
            name = Name(type);
            for (var i = 2; Components.ContainsKey(name); i++) name = $"{Name(type)}{i}";
            _names[(type, options, isAnswer)] = name;
            Components[name] = Make(type, options, isAnswer, name);
        }

        return new JsonObject { ["$ref"] = Place + name };
    }

    private static string Name(Type type) =>
        type.IsGenericType ? $"{Name(type.GenericTypeArguments[^1])}List" : type.Name;

    private static JsonNode Make(Type type, JsonSerializerOptions options, bool isAnswer, string name)
    {
        var exporter = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => Transform(context, schema, isAnswer),
        };
        var copy = new JsonSerializerOptions(options);
        copy.TypeInfoResolver ??= new DefaultJsonTypeInfoResolver();
        var made = copy.GetJsonSchemaAsNode(type, exporter);
        Redirect(made, name);
        return made;
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema, bool isAnswer)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var isNullable = type != context.TypeInfo.Type;
        if (type == typeof(DateTimeOffset) || type == typeof(DateTime)) return Text("date-time", isNullable);
        if (type == typeof(TimeSpan) && schema is not JsonObject { Count: > 0 }) return new JsonObject();
        if (schema is not JsonObject node) return schema;
        if (isAnswer && node["properties"] is JsonObject properties)
        {
            var sometimes = context.TypeInfo.Properties.Where(p => p.ShouldSerialize is not null).Select(p => p.Name).ToHashSet();
            var always = properties.Where(p => p.Value is JsonObject value && !AllowsNull(value) && !sometimes.Contains(p.Key))
                .Select(p => (JsonNode)p.Key).ToArray();
            node.Remove("required");
            if (always.Length > 0) node["required"] = new JsonArray(always);
        }

        // Members are added in time: who reads an answer must not mind.
        if (isAnswer) node.Remove("additionalProperties");
        return node;
    }

    private static JsonObject Text(string format, bool isNullable) => new()
    {
        ["type"] = isNullable ? new JsonArray("string", "null") : "string",
        ["format"] = format,
    };

    // What says nothing of its type may be anything.
    private static bool AllowsNull(JsonObject schema) => schema["type"] switch
    {
        JsonArray types => types.Any(t => t?.GetValue<string>() == "null"),
        null => schema["enum"] is not JsonArray values ? schema["$ref"] is null && schema["anyOf"] is null
            : values.Any(v => v is null),
        _ => false,
    };

    // Pointers of a schema that stands alone begin at its root.
    private static void Redirect(JsonNode? node, string name)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["$ref"] is JsonValue reference && reference.GetValue<string>() is ['#', ..] pointer
                    && !pointer.StartsWith(Place, StringComparison.Ordinal)) members["$ref"] = Place + name + pointer[1..];
                foreach (var (_, value) in members) Redirect(value, name);
                break;
            case JsonArray items:
                foreach (var item in items) Redirect(item, name);
                break;
        }
    }
}
