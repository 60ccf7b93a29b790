using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Serverless.InfraTests;

/// <summary>Reads YAML as the JSON that it stands for.</summary>
internal static class Yaml
{
    public static JsonNode Read(string path)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(path);
        yaml.Load(reader);
        return Convert(Assert.Single(yaml.Documents).RootNode)!;
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map =>
            new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Convert(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "true" or "false" } flag =>
            JsonValue.Create(flag.Value == "true"),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } number when int.TryParse(number.Value, out var value) =>
            JsonValue.Create(value),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new NotSupportedException($"A {node.GetType().Name} has no JSON."),
    };
}
