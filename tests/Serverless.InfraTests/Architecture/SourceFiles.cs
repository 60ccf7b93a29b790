using Serverless.TestSupport;

namespace Serverless.InfraTests.Architecture;

/// <summary>The source files that the rules of the repository are held against.</summary>
internal static class SourceFiles
{
    private static readonly string[] Built = ["obj", "bin"];

    /// <summary>Lists the C# files below folders of the repository, without what a build wrote.</summary>
    public static IEnumerable<string> List(params string[] folders) => folders
        .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories))
        .Where(f => !Relative(f).Split(Path.DirectorySeparatorChar).Intersect(Built).Any());

    /// <summary>Shortens a path to what follows the repository's root.</summary>
    public static string Relative(string file) => Path.GetRelativePath(Repository.Root, file);
}
