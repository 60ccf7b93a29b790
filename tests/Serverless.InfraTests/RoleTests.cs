using System.Text.Json;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

[Collection(CompiledBicep.Name)]
public sealed class RoleTests(BicepFixture bicep)
{
    /// <summary>Each role, the file that uses it, and what in it does.</summary>
    private static readonly Dictionary<string, (string File, string Use)> Uses = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = ("infra/modules/app.bicep", "AzureWebJobsStorage__blobServiceUri"),
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = ("host.json", "\"type\": \"AzureStorage\""),
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = ("functions/Storage/StorageClients.cs", "new TableServiceClient("),
        ["090c5cfd-751d-490a-894a-3ce6f1109419"] = ("functions/Messaging/ServiceBusQueueAdmin.cs", "GetQueueRuntimePropertiesAsync"),
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = ("functions/AzureHost/TelemetryServices.cs", "UseAzureMonitorExporter"),
    };

    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string SecretsUser = "4633458b-17de-408a-874c-0445c86b69e6";
    private const string SecretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
    private const string ServiceBusDataSender = "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39";

    [BicepFact]
    public void AppRoles_AreEachUsedAndNoMore()
    {
        var given = Assignments(bicep.Dev).Where(a => a.To.Contains("userAssignedIdentities", StringComparison.Ordinal))
            .Select(a => a.Role);

        Assert.Equal(Uses.Keys.Order(StringComparer.Ordinal), given.Order(StringComparer.Ordinal));
        Assert.All(
            Uses.Values, u => Assert.Contains(u.Use, File.ReadAllText(Path.Combine(Repository.Root, u.File)), StringComparison.Ordinal));
    }

    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void TopicRoles_AreItsQueueAndItsContainer_ForTheIdentityThatFirewallsLetThrough(string profile)
    {
        var given = Assignments(bicep[profile]).Where(a => a.To.Contains("systemTopics", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, given.Count);
        Assert.Contains("/queues/incoming/", given.Single(a => a.Role == ServiceBusDataSender).Id, StringComparison.Ordinal);
        Assert.Contains("/containers/undelivered-events/", given.Single(a => a.Role == BlobDataContributor).Id, StringComparison.Ordinal);
        Assert.Equal(
            "SystemAssigned", bicep[profile].Single("Microsoft.EventGrid/systemTopics").GetProperty("identity").GetProperty("type")
                .GetString());
    }

    [BicepTheory]
    [InlineData("dev", BlobDataContributor)]
    [InlineData("prod", BlobDataContributor, SecretsOfficer)]
    public void DeployersRoles_AreForBlobs_AndForTheVaultWhereThereIsOne(string profile, params string[] expected)
    {
        var roles = Assignments(bicep[profile]).Where(a => a.To.Contains("deployer().objectId", StringComparison.Ordinal)).ToList();

        Assert.Equal(expected, roles.Select(r => r.Role).Order(StringComparer.Ordinal).Reverse());
        Assert.All(roles, r => Assert.Contains("deployer().userPrincipalName", r.ToKind, StringComparison.Ordinal));
    }

    [BicepFact]
    public void AppsRoleOnTheVault_ReadsSecretsAndNoMore()
    {
        var given = Assignments(bicep.Prod).Where(a => a.Id.Contains("/Microsoft.KeyVault/vaults/", StringComparison.Ordinal)
            && a.To.Contains("userAssignedIdentities", StringComparison.Ordinal));

        Assert.Equal(SecretsUser, Assert.Single(given).Role);
        Assert.DoesNotContain(Assignments(bicep.Dev), a => a.Id.Contains("/Microsoft.KeyVault/", StringComparison.Ordinal));
    }

    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Assignments_AreOnResources_NotOnTheGroup(string profile) =>
        Assert.All(
            Assignments(bicep[profile]), a => Assert.Contains(
                "/resourceGroups/rg-", a.Id.Split("/providers/Microsoft.Authorization", 2)[0]
                    .Split("/providers/", 2)[0], StringComparison.Ordinal));

    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Assignments_HaveNamesOfTheirOwn(string profile)
    {
        var assignments = Assignments(bicep[profile]);

        Assert.Equal(assignments.Count, assignments.Select(a => a.Id).Distinct().Count());
    }

    private static IReadOnlyList<Assignment> Assignments(Deployment deployment) =>
        [.. deployment.OfType("Microsoft.Authorization/roleAssignments").Select(Read)];

    private static Assignment Read(JsonElement resource)
    {
        var properties = resource.GetProperty("properties");
        return new(
            resource.GetProperty("id").GetString()!,
            properties.GetProperty("roleDefinitionId").GetString()!.Split('/')[^1],
            properties.GetProperty("principalId").GetString()!,
            properties.GetProperty("principalType").GetString()!);
    }

    private sealed record Assignment(string Id, string Role, string To, string ToKind);
}
