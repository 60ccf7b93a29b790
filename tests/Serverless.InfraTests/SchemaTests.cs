using NJsonSchema;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

public sealed class SchemaTests
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
        var app = azure["services"]!["app"]!;
        var folder = Path.Combine(Repository.Root, (string)infra["path"]!);

        Assert.True(File.Exists(Path.Combine(folder, $"{infra["module"]}.bicep")));
        Assert.True(File.Exists(Path.Combine(folder, $"{infra["module"]}.bicepparam")));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(Repository.Root, (string)app["project"]!), "*.csproj"));
        Assert.Equal("function", (string?)app["host"]);
        // azd finds the app by the tag of this value.
        Assert.Contains(
            "'azd-service-name': 'app'", File.ReadAllText(Path.Combine(folder, "modules", "app.bicep")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AzureYaml_FitsAzdsSchema_WhereThatIsAtHand()
    {
        if (!File.Exists(AzdSchema)) return;
        var schema = await JsonSchema.FromFileAsync(AzdSchema);

        Assert.Empty(schema.Validate(Yaml.Read(Path.Combine(Repository.Root, "azure.yaml")).ToJsonString()));
    }
}
