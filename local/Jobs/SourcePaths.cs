using System.IO.Enumeration;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Jobs;

/// <summary>
/// The files that are meant by paths: a folder means those in it that can be cleaned, a pattern such as <c>*.csv</c> those that fit.
/// </summary>
internal static class SourcePaths
{
    private static readonly string[] Endings = [".csv", ".tsv", ".csv.gz", ".tsv.gz", ".xlsx"];

    /// <summary>The files, each once, in the order of the paths and by name within one.</summary>
    public static IReadOnlyList<string> Expand(Arguments arguments, IReadOnlyList<string> paths) =>
        [.. paths.SelectMany(path => Expand(arguments, path)).Distinct(StringComparer.Ordinal)];

    /// <summary>True for the name of a file that is meant where its folder is.</summary>
    public static bool IsTable(string name) =>
        !name.StartsWith('.') && Endings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    private static List<string> Expand(Arguments arguments, string path)
    {
        // A data package is more than its files.
        if (Directory.Exists(path) && !File.Exists(Path.Combine(path, "datapackage.json")))
            return Found(arguments, path, path, IsTable, "CSV file");
        if (!path.AsSpan().ContainsAny('*', '?') || File.Exists(path)) return [path];
        var folder = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".";
        var pattern = Path.GetFileName(path);
        if (Directory.Exists(folder) && !folder.AsSpan().ContainsAny('*', '?'))
            return Found(arguments, path, folder, name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false), "file");
        arguments.Refuse($"{path}: there is no folder {folder}. A pattern stands for names in one folder.");
        return [];
    }

    private static List<string> Found(
        Arguments arguments, string path, string folder, Func<string, bool> isMeant, string what)
    {
        List<string> files =
        [
            .. Directory.EnumerateFiles(folder).Where(f => !Path.GetFileName(f).StartsWith('.') && isMeant(Path.GetFileName(f)))
                .Order(StringComparer.Ordinal).Select(f => folder == "." ? Path.GetFileName(f) : f),
        ];
        if (files.Count == 0) arguments.Refuse($"{path} holds no {what}.");
        return files;
    }
}
