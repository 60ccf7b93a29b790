using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Tasks;
using Serverless.Workflows.References;
using Serverless.Workflows.Run;

namespace Serverless.Workflows.Items;

/// <summary>The arguments of one item's call, or why there are none.</summary>
internal sealed record ItemCall(JsonElement Args, StepError? Error);

/// <summary>Makes the arguments of items. An item that is no JSON, or does not fit, is a failure of its own.</summary>
internal sealed class ItemArguments
{
    private readonly TaskDefinition _definition;
    private readonly ItemShape _shape;
    private readonly JsonElement _args;
    private readonly bool _usesItem;
    private readonly RunData _data;

    public ItemArguments(TaskDefinition definition, MapFolder.Spec spec)
    {
        _definition = definition;
        _shape = spec.Map.Shape;
        _data = new RunData(spec.Values);
        _args = spec.Map.Args ?? JsonSerializer.SerializeToElement(new { });
        _usesItem = Template.ListReferences(_args, "").Any(r => RunExpression.Parse(r.Expression).UsesItem);
        if (!_usesItem) _args = _data.Resolve(_args);
    }

    /// <summary>A call for each line.</summary>
    public IReadOnlyList<ItemCall> OfItems(string[] lines) => [.. lines.Select(OfItem)];

    /// <summary>One call for all lines; those that are no JSON are the call's failure.</summary>
    public static ItemCall OfChunk(TaskDefinition definition, MapFolder.Spec spec, string[] lines) => Try(() =>
    {
        var shared = new RunData(spec.Values).Resolve(spec.Map.Args ?? JsonSerializer.SerializeToElement(new { }));
        return OrderArguments.WithFirst(definition, shared, JsonSerializer.SerializeToElement(lines.Select(Parse)));
    });

    private ItemCall OfItem(string line) => Try(() =>
    {
        var item = Parse(line);
        if (_shape == ItemShape.Spread) return Spread(item);
        if (!_usesItem) return OrderArguments.WithFirst(_definition, _args, item);
        _data.SetItem(item);
        return _data.Resolve(_args);
    });

    private JsonElement Spread(JsonElement item)
    {
        var args = JsonObject.Create(_args)!;
        if (item.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in item.EnumerateObject()) args[member.Name] = JsonSerializer.SerializeToNode(member.Value);
            return JsonSerializer.SerializeToElement(args);
        }

        if (item.ValueKind != JsonValueKind.Array) throw new TaskValidationException("The item is no object or array of arguments.");
        var names = _definition.ArgumentNames
            ?? throw new TaskValidationException($"The task '{_definition.Name}' has no named arguments.");
        if (item.GetArrayLength() > names.Count)
            throw new TaskValidationException(
                $"The item has {item.GetArrayLength()} arguments; the task '{_definition.Name}' takes {names.Count}.");
        foreach (var (value, name) in item.EnumerateArray().Zip(names)) args[name] = JsonSerializer.SerializeToNode(value);
        return JsonSerializer.SerializeToElement(args);
    }

    private static JsonElement Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(line);
        }
        catch (JsonException e)
        {
            throw new TaskValidationException($"The item is no JSON: {JsonErrors.Describe(e)}", e);
        }
    }

    private static ItemCall Try(Func<JsonElement> make)
    {
        try
        {
            return new ItemCall(make(), null);
        }
        catch (TaskValidationException e)
        {
            return new ItemCall(default, StepError.From(e));
        }
    }
}
