using System.Text.Json;

namespace Serverless.InfraTests;

/// <summary>
/// The rules of PSRule for Azure (https://azure.github.io/PSRule.Rules.Azure) that concern what is made here, each on every resource of its
/// type.
/// </summary>
[Collection(CompiledBicep.Name)]
public sealed class BaselineTests(BicepFixture bicep)
{
    public static TheoryData<string> Profiles => ["dev", "prod", "apart", "spread"];

    public static TheoryData<string, string, string, string> Rules => new()
    {
        { "Azure.Storage.MinTLS", "Microsoft.Storage/storageAccounts", "minimumTlsVersion", "TLS1_2" },
        { "Azure.Storage.SecureTransfer", "Microsoft.Storage/storageAccounts", "supportsHttpsTrafficOnly", "true" },
        { "Azure.Storage.BlobPublicAccess", "Microsoft.Storage/storageAccounts", "allowBlobPublicAccess", "false" },
        { "Azure.Storage.SharedKey", "Microsoft.Storage/storageAccounts", "allowSharedKeyAccess", "false" },
        { "Azure.Storage.BlobAccessType", "Microsoft.Storage/storageAccounts/blobServices/containers", "publicAccess", "None" },
        { "Azure.ServiceBus.MinTLS", "Microsoft.ServiceBus/namespaces", "minimumTlsVersion", "1.2" },
        { "Azure.ServiceBus.DisableLocalAuth", "Microsoft.ServiceBus/namespaces", "disableLocalAuth", "true" },
        { "Azure.AppService.UseHTTPS", "Microsoft.Web/sites", "httpsOnly", "true" },
        { "Azure.AppService.MinTLS", "Microsoft.Web/sites", "siteConfig.minTlsVersion", "1.2" },
        { "Azure.AppService.HTTP2", "Microsoft.Web/sites", "siteConfig.http20Enabled", "true" },
        { "Azure.AppService.RemoteDebug", "Microsoft.Web/sites", "siteConfig.remoteDebuggingEnabled", "false" },
        { "FTP is off", "Microsoft.Web/sites", "siteConfig.ftpsState", "Disabled" },
        { "Azure.AppInsights.LocalAuth", "Microsoft.Insights/components", "DisableLocalAuth", "true" },
        { "Azure.AppInsights.Workspace", "Microsoft.Insights/components", "Application_Type", "web" },
        { "Azure.KeyVault.PurgeProtect", "Microsoft.KeyVault/vaults", "enablePurgeProtection", "true" },
        { "Azure.KeyVault.SoftDelete", "Microsoft.KeyVault/vaults", "enableSoftDelete", "true" },
        { "Azure.KeyVault.RBAC", "Microsoft.KeyVault/vaults", "enableRbacAuthorization", "true" },
    };

    [BicepTheory]
    [MemberData(nameof(Rules))]
    public void Rule_HoldsForEveryResource(string rule, string type, string path, string expected)
    {
        var resources = new[] { bicep.Dev, bicep.Prod, bicep.Apart, bicep.Spread }.SelectMany(d => d.OfType(type)).ToList();

        Assert.NotEmpty(resources);
        Assert.All(resources, r => Assert.True(
            expected == Read(r.GetProperty("properties"), path), $"{rule}: {r.GetProperty("id")} has another {path}."));
    }

    // Azure.Storage.SoftDelete, Azure.Storage.ContainerSoftDelete: where it is production.
    [BicepFact]
    public void DeletedFiles_OfProduction_ComeBack() => Assert.All(
        bicep.Prod.OfType("Microsoft.Storage/storageAccounts/blobServices"), b =>
        {
            Assert.True(b.GetProperty("properties").GetProperty("deleteRetentionPolicy").GetProperty("enabled").GetBoolean());
            Assert.True(b.GetProperty("properties").GetProperty("containerDeleteRetentionPolicy").GetProperty("enabled").GetBoolean());
        });

    // Azure.Resource.UseTags: what has a place of its own; children and roles take none.
    [BicepTheory]
    [MemberData(nameof(Profiles))]
    public void Tags_AreOnWhatTakesThem(string profile) => Assert.All(
        bicep[profile].Resources.Where(r => r.TryGetProperty("location", out _)),
        r => Assert.True(
            r.TryGetProperty("tags", out var tags) && tags.TryGetProperty("azd-env-name", out _), r.GetProperty("id").GetString()));

    // Azure.ServiceBus.AuditLogs, Azure.KeyVault.Logs, Azure.Storage.*Logs: where it is production.
    [BicepFact]
    public void Logs_OfProduction_GoSomewhere()
    {
        var logged = bicep.Prod.OfType("Microsoft.Insights/diagnosticSettings").Select(d => d.GetProperty("id").GetString()!).ToList();

        Assert.All(
            ["Microsoft.Storage/", "Microsoft.ServiceBus/", "Microsoft.EventGrid/", "Microsoft.KeyVault/"],
            part => Assert.Single(logged, id => id.Contains($"/providers/{part}", StringComparison.Ordinal)));
    }

    // A lock is for who wants one: it takes the right to make locks, and stands in the way of azd down.
    [BicepFact]
    public void Lock_IsThereWhereItIsAskedFor()
    {
        Assert.Equal(
            "CanNotDelete",
            bicep.Apart.Single("Microsoft.Authorization/locks").GetProperty("properties").GetProperty("level").GetString());
        Assert.Empty(bicep.Prod.OfType("Microsoft.Authorization/locks"));
    }

    private static string? Read(JsonElement properties, string path)
    {
        foreach (var part in path.Split('.'))
        {
            if (!properties.TryGetProperty(part, out properties)) return null;
        }

        return properties.ValueKind is JsonValueKind.True or JsonValueKind.False ? properties.GetRawText() : properties.GetString();
    }
}
