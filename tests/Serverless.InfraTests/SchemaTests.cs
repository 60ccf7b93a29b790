using NJsonSchema;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

[Collection(CompiledBicep.Name)]
public sealed class SchemaTests(BicepFixture bicep)
{
    private static readonly string AzdSchema = Path.Combine(Repository.Root, "..", "shared", "azd", "azure.yaml.v1.0.schema.json");

    [Fact]
    public async Task Queues_FitTheirSchema()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "infra", "queues.schema.json"));

        Assert.Empty(schema.Validate(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "infra", "queues.json"))));
    }

    [Fact]
    public void AzureYaml_NamesWhatIsThere()
    {
        var azure = Yaml.Read(Path.Combine(Repository.Root, "azure.yaml"));
        var infra = azure["infra"]!;
        var folder = Path.Combine(Repository.Root, (string)infra["path"]!);

        Assert.True(File.Exists(Path.Combine(folder, $"{infra["module"]}.bicep")));
        Assert.True(File.Exists(Path.Combine(folder, $"{infra["module"]}.bicepparam")));
        Assert.All(azure["services"]!.AsObject(), service =>
        {
            Assert.Single(Directory.EnumerateFiles(Path.Combine(Repository.Root, (string)service.Value!["project"]!), "*.csproj"));
            Assert.Equal("function", (string?)service.Value["host"]);
        });
    }

    // azd finds an app by the tag of this value.
    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void AzureYaml_Services_AreTheAppsOfTheTemplate(string profile) => Assert.Equal(
        Yaml.Read(Path.Combine(Repository.Root, "azure.yaml"))["services"]!.AsObject().Select(s => s.Key).Order(StringComparer.Ordinal),
        bicep[profile].OfType("Microsoft.Web/sites").Select(s => s.GetProperty("tags").GetProperty("azd-service-name").GetString()!)
            .Order(StringComparer.Ordinal));

    [Fact]
    public async Task AzureYaml_FitsAzdsSchema_WhereThatIsAtHand()
    {
        if (!File.Exists(AzdSchema)) return;
        var schema = await JsonSchema.FromFileAsync(AzdSchema);

        Assert.Empty(schema.Validate(Yaml.Read(Path.Combine(Repository.Root, "azure.yaml")).ToJsonString()));
    }
}
