using System.Text.Json;

namespace Serverless.Tests.Infra;

[Collection(CompiledBicep.Name)]
public sealed class RoleTests(BicepFixture bicep)
{
    /// <summary>Each role, the file that uses it, and what in it does.</summary>
    private static readonly Dictionary<string, (string File, string Use)> Uses = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = ("infra/modules/app.bicep", "AzureWebJobsStorage__blobServiceUri"),
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = ("host.json", "\"type\": \"AzureStorage\""),
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = ("functions/Storage/StorageClients.cs", "new TableServiceClient("),
        ["090c5cfd-751d-490a-894a-3ce6f1109419"] = ("functions/Azure/ServiceBusQueueAdmin.cs", "GetQueueRuntimePropertiesAsync"),
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = ("functions/Azure/TelemetryServices.cs", "UseAzureMonitorExporter"),
    };

    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

    [BicepFact]
    public void AppRoles_AreEachUsedAndNoMore()
    {
        var given = Assignments(bicep.Dev).Select(a => a.Role).Order(StringComparer.Ordinal);

        Assert.Equal(Uses.Keys.Order(StringComparer.Ordinal), given);
        Assert.All(Uses.Values, u => Assert.Contains(u.Use, File.ReadAllText(Path.Combine(Repository.Root, u.File)), StringComparison.Ordinal));
    }

    [BicepFact]
    public void OperatorRole_IsForBlobsOnly()
    {
        var extra = Assignments(bicep.Prod).Where(a => !Uses.ContainsKey(a.Role)).ToList();

        Assert.Equal(BlobDataContributor, Assert.Single(extra).Role);
    }

    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Assignments_AreOnResources_NotOnTheGroup(string profile) =>
        Assert.All(Assignments(bicep[profile]), a => Assert.Equal(2, a.Id.Split("/providers/Microsoft.", StringSplitOptions.None).Length - 1));

    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Assignments_HaveNamesOfTheirOwn(string profile)
    {
        var assignments = Assignments(bicep[profile]);

        Assert.Equal(assignments.Count, assignments.Select(a => a.Id).Distinct().Count());
    }

    private static IReadOnlyList<(string Id, string Role)> Assignments(Deployment deployment) =>
        [.. deployment.OfType("Microsoft.Authorization/roleAssignments").Select(a => (a.GetProperty("id").GetString()!, RoleOf(a)))];

    private static string RoleOf(JsonElement assignment) =>
        assignment.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!.Split('/')[^1];
}
