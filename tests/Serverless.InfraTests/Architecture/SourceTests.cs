using Serverless.TestSupport;

namespace Serverless.InfraTests.Architecture;

/// <summary>Rules of the source that no analyzer holds.</summary>
public sealed class SourceTests
{
    private const int MaxFolders = 3;

    [Fact]
    public void Folders_OfTheApp_AreAtMostThreeDeep()
    {
        var deep = Sources("functions").Select(f => Path.GetRelativePath(Path.Combine(Repository.Root, "functions"), f))
            .Where(f => f.Split(Path.DirectorySeparatorChar).Length > MaxFolders + 1);

        Assert.True(!deep.Any(), string.Join('\n', deep));
    }

    private static IEnumerable<string> Sources(params string[] folders) => folders
        .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories))
        .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
}
