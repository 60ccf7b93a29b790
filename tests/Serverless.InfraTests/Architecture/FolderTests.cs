namespace Serverless.InfraTests.Architecture;

/// <summary>Folders are few and shallow: a reader opens one and sees a capability, or a part of one.</summary>
public sealed class FolderTests
{
    private const int MaxDepth = 3;
    private const int MinFiles = 3;

    /// <summary>Folders that stay although they are small, each with its reason.</summary>
    private static readonly Dictionary<string, string> SmallOnes = new(StringComparer.Ordinal)
    {
        ["functions/Examples"] = "users copy from it and delete it",
    };

    [Fact]
    public void Folders_OfTheApp_AreAtMostThreeDeep()
    {
        var deep = SourceFiles.List("functions").Select(SourceFiles.Relative)
            .Where(f => f.Split(Path.DirectorySeparatorChar).Length > MaxDepth + 2);

        Assert.Equal([], deep);
    }

    /// <summary>
    /// One or two files stand beside those that use them. A folder that has subfolders is not counted: it holds them together.
    /// </summary>
    [Fact]
    public void Folders_HaveThreeFilesOrMore()
    {
        var folders = SourceFiles.List("functions", "local").GroupBy(f => Path.GetDirectoryName(SourceFiles.Relative(f))!)
            .ToDictionary(g => g.Key.Replace(Path.DirectorySeparatorChar, '/'), g => g.Count(), StringComparer.Ordinal);
        var small = folders.Where(f => f.Value < MinFiles && !folders.Keys.Any(k => k.StartsWith(f.Key + "/", StringComparison.Ordinal)))
            .Select(f => f.Key).Order(StringComparer.Ordinal);

        Assert.Equal(SmallOnes.Keys.Order(StringComparer.Ordinal), small);
    }
}
