using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Serverless.Tasks.Limits;

namespace Serverless.OpenApi;

/// <summary>Schemas of types as the serializer writes and reads them, each under its name.</summary>
internal sealed class ApiSchemas
{
    private const string Place = "#/components/schemas/";

    private readonly Dictionary<(Type, JsonSerializerOptions, bool), string> _names = [];

    /// <summary>All that were asked for, and what they are made of.</summary>
    public JsonObject Components { get; } = [];

    /// <summary>A reference to a type's schema.</summary>
    /// <param name="type">The type.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="isAnswer">We write it: what is never null is always there.</param>
    public JsonObject Refer(Type type, JsonSerializerOptions options, bool isAnswer)
    {
        if (!_names.TryGetValue((type, options, isAnswer), out var name))
        {
            // Taken before it is made: a type may be part of itself.
            var first = Name(type) + (isAnswer || Name(type).EndsWith("Body", StringComparison.Ordinal) ? "" : "Body");
            name = first;
            for (var i = 2; Components.ContainsKey(name); i++) name = $"{first}{i}";
            _names[(type, options, isAnswer)] = name;
            Components[name] = new JsonObject();
            var made = Make(type, options, isAnswer);
            var same = Components.FirstOrDefault(c => c.Key != name && c.Key.StartsWith(first, StringComparison.Ordinal)
                && JsonNode.DeepEquals(c.Value, made)).Key;
            if (same is null)
            {
                Redirect(made, name);
                Components[name] = made;
            }
            else
            {
                Components.Remove(name);
                _names[(type, options, isAnswer)] = name = same;
            }
        }

        return new JsonObject { ["$ref"] = Place + name };
    }

    /// <summary>A schema that needs no other, of what is read: numbers as numbers.</summary>
    public static JsonNode BuildAlone(Type type, JsonSerializerOptions options) =>
        options.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = static (context, schema) =>
            {
                if (TryConverted(context, schema, out var converted)) return converted;
                if (schema is not JsonObject node) return schema;
                if (IsNumber(Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type)) WriteAsNumber(node);
                if (Description(context) is { } description) node["description"] = description;
                return node;
            },
        });

    private static string Name(Type type) =>
        type.IsGenericType ? $"{Name(type.GenericTypeArguments[^1])}List" : type.Name;

    private JsonNode Make(Type type, JsonSerializerOptions options, bool isAnswer)
    {
        var exporter = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => Transform(context, schema, options, isAnswer),
        };
        var copy = new JsonSerializerOptions(options);
        copy.TypeInfoResolver ??= new DefaultJsonTypeInfoResolver();
        return copy.GetJsonSchemaAsNode(type, exporter);
    }

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema, JsonSerializerOptions options, bool isAnswer)
    {
        if (TryConverted(context, schema, out var converted)) return converted;
        if (schema is not JsonObject node) return schema;
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;

        // Records have schemas of their own, whatever they are part of.
        if (context.Path.Length > 0 && context.TypeInfo.Kind == JsonTypeInfoKind.Object && type.Assembly == typeof(ApiSchemas).Assembly
            && context.PropertyInfo?.CustomConverter is null)
        {
            var reference = Refer(type, options, isAnswer);
            return IsNullable(context, schema)
                ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
        }

        if (Description(context) is { } description) node["description"] = description;
        if (isAnswer && IsNumber(type)) WriteAsNumber(node);
        if (node["properties"] is JsonObject members) WriteTimes(members, context.TypeInfo);
        if (isAnswer && node["properties"] is JsonObject properties)
        {
            var sometimes = context.TypeInfo.Properties.Where(IsSometimesLeftOut).Select(p => p.Name).ToHashSet();
            var always = properties.Where(p => p.Value is JsonObject value && !AllowsNull(value) && !sometimes.Contains(p.Key))
                .Select(p => (JsonNode)p.Key).ToArray();
            node.Remove("required");
            if (always.Length > 0) node["required"] = new JsonArray(always);
        }

        if (context.TypeInfo.Kind == JsonTypeInfoKind.Enumerable && node["items"] is null) WriteItems(node, context.TypeInfo);

        // Members are added in time: who reads an answer must not mind.
        if (isAnswer && context.TypeInfo.Kind != JsonTypeInfoKind.Dictionary) node.Remove("additionalProperties");
        return node;
    }

    // Of what is no value, the serializer itself leaves out only a null.
    private static bool IsSometimesLeftOut(JsonPropertyInfo property) => property.ShouldSerialize is { } rule
        && (property.PropertyType.IsValueType || rule.Method.DeclaringType?.Assembly == typeof(ApiSchemas).Assembly);

    // What a converter of ours writes has no schema of its own.
    private static bool TryConverted(JsonSchemaExporterContext context, JsonNode schema, [NotNullWhen(true)] out JsonNode? converted)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        converted = type == typeof(DateTimeOffset) || type == typeof(DateTime) ? Text("date-time", IsNullable(context, schema))
            : type == typeof(TimeSpan) ? Duration(context, IsNullable(context, schema))
            : type == typeof(Rate) ? Text("rate", context.PropertyInfo?.IsGetNullable == true) : null;
        return converted is not null;
    }

    private static bool IsNullable(JsonSchemaExporterContext context, JsonNode schema) =>
        Nullable.GetUnderlyingType(context.TypeInfo.Type) is not null
        || (schema is JsonObject node && node["type"] is not null && AllowsNull(node));

    private static string? Description(JsonSchemaExporterContext context) =>
        context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), true) is [DescriptionAttribute own, ..]
            ? own.Description : null;

    // A converter says how: as a number of milliseconds, or in words.
    private static JsonObject Duration(JsonSchemaExporterContext context, bool isNullable)
    {
        var kind = JsonSerializer.SerializeToElement(TimeSpan.FromSeconds(90), Options(context)).ValueKind;
        var name = kind == JsonValueKind.Number ? "number" : "string";
        return new JsonObject { ["type"] = isNullable ? new JsonArray(name, "null") : name };
    }

    private static JsonSerializerOptions Options(JsonSchemaExporterContext context)
    {
        if (context.PropertyInfo?.CustomConverter is not { } own) return context.TypeInfo.Options;
        var options = new JsonSerializerOptions(context.TypeInfo.Options);
        options.Converters.Insert(0, own);
        return options;
    }

    private static bool IsNumber(Type type) => !type.IsEnum && Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;

    // What a converter writes has no schema of its own: it is none where there is a default, and a list of it has no items.
    private static void WriteItems(JsonObject node, JsonTypeInfo list)
    {
        if (list.ElementType == typeof(DateTimeOffset)) node["items"] = Text("date-time", isNullable: false);
    }

    private static void WriteTimes(JsonObject members, JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => members[p.Name] is JsonObject { Count: 1 } own && own.ContainsKey("default")))
        {
            var isNullable = Nullable.GetUnderlyingType(property.PropertyType) is not null;
            if ((Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(DateTimeOffset))
                members[property.Name] = Text("date-time", isNullable);
        }
    }

    // Numbers may be read from texts, and are written as numbers all the same.
    private static void WriteAsNumber(JsonObject node)
    {
        if (node["type"] is not JsonArray types) return;
        var names = types.Select(t => t!.GetValue<string>()).Where(t => t != "string").ToList();
        node["type"] = names is [var name] ? name : new JsonArray([.. names.Select(n => (JsonNode)n)]);
        node.Remove("pattern");
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
        JsonValue only => only.GetValue<string>() == "null",
        null when schema["anyOf"] is JsonArray alternatives => alternatives.Any(a => a is JsonObject one && AllowsNull(one)),
        null => schema["enum"] is not JsonArray values ? schema["$ref"] is null : values.Any(v => v is null),
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
