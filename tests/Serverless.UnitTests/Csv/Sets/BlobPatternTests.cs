using Serverless.CsvJobs.Sets;

namespace Serverless.UnitTests.Csv.Sets;

public sealed class BlobPatternTests
{
    [Theory]
    [InlineData("incoming/2024/", "2024", "2024/a.csv 2024/b/c.txt", "2025/a.csv 2024 2024/.hidden 2024/a.schema.json")]
    [InlineData("incoming/2024/*.csv", "2024", "2024/a.csv", "2024/b/c.csv 2024/.a.csv 2024/a.csv.gz 2024/A.CSV")]
    [InlineData("incoming/2024/**.csv", "2024", "2024/a.csv 2024/b/c.csv", "2024/a.txt")]
    [InlineData("incoming/2024/0?/a+(b).csv", "2024", "2024/01/a+(b).csv", "2024/0/a+(b).csv 2024/001/a+(b).csv 2024/01/aab.csv")]
    [InlineData("incoming/*.csv", "files", "a.csv", "b/a.csv")]
    [InlineData("incoming/day-*/", "files", "day-1/a.csv day-1/b/c.csv", "day/a.csv day-1 other/day-1/a.csv")]
    public void Fits_Path_AsThePatternSays(string text, string folder, string fitting, string others)
    {
        Assert.True(BlobPattern.TryParse(text, out var pattern, out var fault), fault);

        Assert.Equal(folder, pattern.Folder);
        Assert.All(fitting.Split(' '), path => Assert.True(pattern.Fits(path), path));
        Assert.All(others.Split(' '), path => Assert.False(pattern.Fits(path), path));
    }

    [Theory]
    [InlineData("incoming/a.csv", "Must be a folder such as")]
    [InlineData("processed/*.csv", "Must be a blob's name that starts with")]
    [InlineData("*.csv", "Must be a blob's name that starts with")]
    [InlineData("incoming/../*.csv", "A segment of the path")]
    [InlineData("incoming//*.csv", "The path has an empty segment")]
    [InlineData("", "Must be a folder such as")]
    public void TryParse_NoPattern_IsRefused(string text, string start)
    {
        Assert.False(BlobPattern.TryParse(text, out _, out var fault));

        Assert.StartsWith(start, fault, StringComparison.Ordinal);
    }
}
