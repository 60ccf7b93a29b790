using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Jobs.Packages;

/// <summary>A <c>datapackage.json</c>: files that belong together, each with what is known of it.</summary>
/// <param name="Name">What the package calls itself, or its folder's name.</param>
/// <param name="Resources">The files, in order.</param>
internal sealed record DataPackage(string Name, IReadOnlyList<DataResource> Resources)
{
    private const string Command = "process";

    private const long MaxBytes = 16 << 20;

    /// <summary>True for a data package, by its name or by its content.</summary>
    public static bool IsPackage(string path) =>
        string.Equals(Path.GetFileName(path), "datapackage.json", StringComparison.OrdinalIgnoreCase)
        || (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && TryParse(path, out _) is { } json
            && json["resources"] is JsonArray);

    /// <summary>Reads a package and everything that it names beside its files.</summary>
    /// <exception cref="UsageException">It is none, or one of its files cannot be taken: all faults at once.</exception>
    public static DataPackage Read(string path)
    {
        var json = TryParse(path, out var problem) ?? throw new UsageException(Command, [$"{path} is no data package: {problem}"]);
        if (json["resources"] is not JsonArray { Count: > 0 } array)
            throw new UsageException(Command, [$"{path} is no data package: it has no resources."]);

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var faults = new List<string>();
        var resources = new List<DataResource>();
        foreach (var (index, node) in array.Index())
        {
            if (ResourceReader.Read(node, index, folder, faults) is not { } resource) continue;
            if (resources.Exists(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
                faults.Add($"{resource.Name}: two resources have this name.");
            resources.Add(resource);
        }

        if (faults.Count > 0) throw new UsageException(Command, faults);
        return new DataPackage(NameOf(json) ?? Path.GetFileName(folder), resources);
    }

    /// <summary>The other files of the package that a file's foreign keys refer to.</summary>
    public IEnumerable<Reference> ReferencesOf(DataResource resource)
    {
        if (resource.Schema is null || JsonNode.Parse(resource.Schema)?["foreignKeys"] is not JsonArray keys) yield break;
        var names = keys.Select(k => k?["reference"]?["resource"] is JsonValue name && name.TryGetValue<string>(out var text) ? text : "");
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (Resources.FirstOrDefault(r => r.Name == name) is { } other) yield return new Reference(name, other.Path, other.Schema);
        }
    }

    private static string? NameOf(JsonObject json) =>
        json["name"] is JsonValue value && value.TryGetValue<string>(out var name) && ResourceReader.IsFileName(name) ? name : null;

    private static JsonObject? TryParse(string path, out string problem)
    {
        problem = "it is not a JSON object.";
        try
        {
            if (new FileInfo(path).Length > MaxBytes) return null;
            return StrictJson.ParseObject(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            problem = JsonErrors.Describe(e);
            return null;
        }
    }
}

/// <summary>One file of a package.</summary>
/// <param name="Name">What it is called; the name of its results' folder.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Options">What the package says of it, as a request's options.</param>
/// <param name="Schema">Its Table Schema; null when the package has none for it.</param>
internal sealed record DataResource(string Name, string Path, JsonObject Options, byte[]? Schema);

/// <summary>A file that foreign keys refer to.</summary>
/// <param name="Name">Its name in the schema.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Schema">Its own schema; null when it has none.</param>
internal sealed record Reference(string Name, string Path, byte[]? Schema);
