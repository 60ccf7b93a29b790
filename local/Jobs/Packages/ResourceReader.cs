using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;

namespace Serverless.Local.Jobs.Packages;

/// <summary>
/// Reads one resource of a data package. What it names has to lie in the package's folder: nothing is fetched, nothing outside is read.
/// </summary>
internal static class ResourceReader
{
    private const long MaxBytes = 4 << 20;

    public static DataResource? Read(JsonNode? node, int index, string folder, List<string> faults)
    {
        var before = faults.Count;
        if (node is not JsonObject json)
        {
            faults.Add($"resources[{index}] is not an object.");
            return null;
        }

        var name = Text(json, "name") is { } given && IsFileName(given) ? given : $"resource{index + 1}";
        if (json["data"] is not null) faults.Add($"{name}: its data stands in the package itself; only files are processed.");
        var path = PathOf(json["path"]) is { } file ? Find(file, folder, $"{name}: path", faults) : null;
        if (json["data"] is null && PathOf(json["path"]) is null) faults.Add($"{name}: path must name one file.");

        // The standard's default, whatever the file looks like.
        var options = new JsonObject { ["header"] = true };
        if (Object(json, "dialect", folder, name, faults) is { } dialect)
            PackageDialect.Read(dialect, options, fault => faults.Add($"{name}: {fault}"));
        if (Text(json, "encoding") is { } encoding) options["encoding"] = encoding;
        var schema = Object(json, "schema", folder, name, faults);
        return faults.Count > before
            ? null : new DataResource(name, path!, options, schema is null ? null : Encoding.UTF8.GetBytes(schema.ToJsonString()));
    }

    /// <summary>True when a text can be the name of a file or folder everywhere.</summary>
    public static bool IsFileName(string text) =>
        text.Length is > 0 and <= 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && text.Trim('.').Length > 0;

    private static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    // A file in several parts would have to be put together first.
    private static string? PathOf(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonArray { Count: 1 } array => PathOf(array[0]),
        _ => null,
    };

    private static JsonObject? Object(JsonObject json, string member, string folder, string name, List<string> faults)
    {
        if (json[member] is not { } node) return null;
        if (node is JsonObject inline) return inline;
        if (PathOf(node) is not { } path || Find(path, folder, $"{name}: {member}", faults) is not { } file)
        {
            if (PathOf(node) is null) faults.Add($"{name}: {member} must be an object or the path of one.");
            return null;
        }

        try
        {
            if (new FileInfo(file).Length <= MaxBytes && StrictJson.ParseObject(File.ReadAllBytes(file)) is { } found) return found;
            faults.Add($"{name}: {path} is not a JSON object of at most 4 MiB.");
        }
        catch (JsonException e)
        {
            faults.Add($"{name}: {path} is not JSON: {JsonErrors.Describe(e)}");
        }

        return null;
    }

    private static string? Find(string path, string folder, string what, List<string> faults)
    {
        if (!IsSafe(path))
        {
            faults.Add(
                $"{what} \"{path}\" is not a path within the package's folder: no \"..\", no absolute path and no address is followed.");
            return null;
        }

        var full = Path.Combine(folder, path.Replace('/', Path.DirectorySeparatorChar));
        if (File.Exists(full)) return full;
        faults.Add($"{what}: there is no file {path}.");
        return null;
    }

    private static bool IsSafe(string path) =>
        path.Length > 0 && path[0] is not ('/' or '\\' or '~') && !path.Contains(':', StringComparison.Ordinal) && !path.Any(char.IsControl)
        && !path.Split('/', '\\').Contains("..") && !Path.IsPathRooted(path);
}
