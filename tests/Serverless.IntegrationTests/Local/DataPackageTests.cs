using Serverless.Local.CommandLine;
using Serverless.Local.Jobs.Packages;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

public sealed class DataPackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"name":"a","path":"../a.csv"}""", "is not a path within the package's folder")]
    [InlineData("""{"name":"a","path":"/etc/passwd"}""", "is not a path within the package's folder")]
    [InlineData("""{"name":"a","path":"x/../../a.csv"}""", "is not a path within the package's folder")]
    [InlineData("""{"name":"a","path":"https://example.org/a.csv"}""", "is not a path within the package's folder")]
    [InlineData("""{"name":"a","path":"C:\\a.csv"}""", "is not a path within the package's folder")]
    [InlineData("""{"name":"a","path":"..\\a.csv"}""", "is not a path within the package's folder")]
    [InlineData("""{"name":"a","path":"a.csv","schema":"../s.json"}""", "a: schema")]
    [InlineData("""{"name":"a","path":"a.csv","dialect":"http://example.org/d.json"}""", "a: dialect")]
    [InlineData("""{"name":"a","path":"none.csv"}""", "there is no file none.csv")]
    [InlineData("""{"name":"a","path":["a.csv","a.csv"]}""", "path must name one file")]
    [InlineData("""{"name":"a","data":[1]}""", "stands in the package itself")]
    [InlineData("""{"name":"a","path":"a.csv","schema":5}""", "schema must be an object")]
    [InlineData("""{"name":"a","path":"a.csv","schema":"a.csv"}""", "is not JSON")]
    [InlineData("""{"name":"a","path":"a.csv","dialect":{"delimeter":";"}}""", "delimeter")]
    [InlineData("5", "resources[0] is not an object")]
    public void Read_ResourceThatCannotBeTaken_IsRefused(string resource, string fault)
    {
        File.WriteAllText(Path.Combine(_folder.Path, "a.csv"), "id\n1\n");

        var refusal = Assert.Throws<UsageException>(() => DataPackage.Read(Write($$"""{"resources":[{{resource}}]}""")));

        Assert.Contains(fault, Assert.Single(refusal.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"resources":[]}""")]
    [InlineData("{")]
    public void Read_NoPackage_IsRefused(string json) =>
        Assert.Contains(
            "is no data package", Assert.Single(
                Assert.Throws<UsageException>(() => DataPackage.Read(Write(json))).Faults), StringComparison.Ordinal);

    [Fact]
    public void Read_TheCase_HasBothResources()
    {
        var package = DataPackage.Read(Path.Combine(Repository.Root, "tests", "data", "cases", "datapackage", "datapackage.json"));

        Assert.Equal(("p", "dates", "bank"), (package.Name, package.Resources[0].Name, package.Resources[1].Name));
        Assert.Equal("""{"header":true,"delimiter":";","encoding":"windows-1252"}""", package.Resources[1].Options.ToJsonString());
        Assert.All(package.Resources, r => Assert.NotNull(r.Schema));
    }

    private string Write(string json)
    {
        var path = Path.Combine(_folder.Path, "datapackage.json");
        File.WriteAllText(path, json);
        return path;
    }
}
