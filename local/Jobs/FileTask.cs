using System.Text.Json.Nodes;
using Serverless.Local.Jobs.Packages;

namespace Serverless.Local.Jobs;

/// <summary>One input to clean.</summary>
/// <param name="File">The file, or several.</param>
/// <param name="Options">A request's options.</param>
/// <param name="Schema">Its Table Schema; null when there is none.</param>
/// <param name="References">The files that the schema's foreign keys refer to.</param>
/// <param name="Folder">Where the results go.</param>
internal sealed record FileTask(
    IJobSource File, JsonObject Options, byte[]? Schema, IReadOnlyList<Reference> References, string Folder)
{
    private const string DefaultFolder = "out";

    /// <summary>A file.</summary>
    public static FileTask OfFile(
        string path, string? folder, string? schema, JsonObject options, IReadOnlyList<Reference> references, bool isOnly) =>
        Of(new SourceFile(path), folder, schema, options, references, isOnly);

    /// <summary>Several files as one input.</summary>
    public static FileTask OfSet(
        IReadOnlyList<string> paths, string? folder, string? schema, JsonObject options, IReadOnlyList<Reference> references)
    {
        var folders = paths.Select(p => Path.GetDirectoryName(Path.GetFullPath(p))).Distinct(StringComparer.Ordinal).ToList();
        return Of(new SourceSet(paths, folders.Count == 1 ? folders[0] : null), folder, schema, options, references, isOnly: true);
    }

    /// <summary>The files of a data package, a job each.</summary>
    public static IReadOnlyList<FileTask> OfPackage(
        string path, string? folder, JsonObject given, IReadOnlyList<Reference> references)
    {
        var package = DataPackage.Read(path);
        var tasks = new List<FileTask>();
        foreach (var resource in package.Resources)
        {
            // What was given to the command is meant for every file.
            var options = resource.Options;
            foreach (var (name, value) in given) options[name] = value?.DeepClone();
            var target = Path.Combine(folder ?? Path.Combine(DefaultFolder, package.Name), resource.Name);
            tasks.Add(
                new FileTask(
                    new SourceFile(resource.Path), options, resource.Schema, [.. references, .. package.ReferencesOf(resource)], target));
        }

        return tasks;
    }

    private static FileTask Of(
        IJobSource file, string? folder, string? schema, JsonObject options, IReadOnlyList<Reference> references, bool isOnly)
    {
        var content = (schema ?? file.FindSchema()) is { } beside ? System.IO.File.ReadAllBytes(beside) : null;
        var target = isOnly && folder is not null ? folder : Path.Combine(folder ?? DefaultFolder, file.Stem);
        return new FileTask(file, options, content, references, target);
    }
}
