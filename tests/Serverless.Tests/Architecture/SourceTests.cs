namespace Serverless.Tests.Architecture;

/// <summary>Rules of the source that no analyzer holds.</summary>
public sealed class SourceTests
{
    private const int MaxColumns = 140;
    private const int MaxFolders = 3;

    [Fact]
    public void Lines_HaveAtMost140Columns()
    {
        var wide =
            from file in Sources("functions", "local", "tests")
            from line in File.ReadLines(file).Index()
            where line.Item.Length > MaxColumns && !IsText(line.Item)
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}";

        Assert.True(!wide.Any(), string.Join('\n', wide));
    }

    [Fact]
    public void Folders_OfTheApp_AreAtMostThreeDeep()
    {
        var deep = Sources("functions").Select(f => Path.GetRelativePath(Path.Combine(Repository.Root, "functions"), f)).Where(f => f.Split(Path.DirectorySeparatorChar).Length > MaxFolders + 1);

        Assert.True(!deep.Any(), string.Join('\n', deep));
    }

    // A sentence or a document that a test gives stands in one piece.
    private static bool IsText(string line) => line.TrimStart() is ['"', ..] or ['$', ..] or ['{', ..] or ['[', '{', ..] || line.Contains("\"\"\"", StringComparison.Ordinal);

    private static IEnumerable<string> Sources(params string[] folders) => folders
        .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories))
        .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
}
