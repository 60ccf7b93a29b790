namespace Serverless.InfraTests;

/// <summary>Several accounts for what jobs, tasks and runs own: each is as the first, but for what lies in the first alone.</summary>
[Collection(CompiledBicep.Name)]
public sealed class SpreadTests(BicepFixture bicep)
{
    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private static readonly string[] Shared = ["mail", "processed", "results"];

    [BicepFact]
    public void Compile_IsCleanAndFullyPredictable()
    {
        Assert.Empty(bicep.Spread.Complaints);
        Assert.Empty(bicep.Spread.Diagnostics);
    }

    [BicepFact]
    public void Accounts_HaveWhatIsSpread_AndTheRolesForIt()
    {
        var (first, further) = Accounts();

        Assert.Equal(2, further.Count);
        Assert.Superset(Shared.ToHashSet(), ContainersOf(first).ToHashSet());
        Assert.Contains("incoming", ContainersOf(first));
        Assert.All(further, account => Assert.Equal(Shared, ContainersOf(account)));

        // The app's, and that of whoever deploys.
        Assert.All(further, account => Assert.Equal([BlobDataContributor, BlobDataContributor], RolesOn(account)));
    }

    [BicepFact]
    public void Containers_ThatAreSpread_AreThoseOfTheCode() =>
        Assert.Equal(Shared, Serverless.Storage.BlobAccounts.Spread.Order(StringComparer.Ordinal));

    [BicepFact]
    public void Accounts_AreReachedLoggedLockedAndCleaned_AsTheFirstIs()
    {
        var (first, further) = Accounts();
        var (endpoints, logs, locks, policies) = (
            TextsOf("Microsoft.Network/privateEndpoints"), TextsOf("Microsoft.Insights/diagnosticSettings"),
            TextsOf("Microsoft.Authorization/locks"), TextsOf("Microsoft.Storage/storageAccounts/managementPolicies"));

        Assert.All(further, account =>
        {
            Assert.Single(endpoints, text => text.Contains($"/{account}\"", StringComparison.Ordinal));
            Assert.Single(logs, text => text.Contains($"/{account}/", StringComparison.Ordinal));
            Assert.Single(locks, text => text.Contains($"/{account}/", StringComparison.Ordinal));
            var policy = Assert.Single(policies, text => text.Contains($"/{account}/", StringComparison.Ordinal));
            Assert.Contains("processed/", policy, StringComparison.Ordinal);
            Assert.Contains("results/", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("incoming/", policy, StringComparison.Ordinal);
        });
        var ofFirst = policies.Single(text => text.Contains($"/{first}/", StringComparison.Ordinal));
        Assert.Contains("incoming/", ofFirst, StringComparison.Ordinal);
        Assert.All(bicep.Spread.OfType("Microsoft.Storage/storageAccounts"), account =>
        {
            var properties = account.GetProperty("properties");
            Assert.Equal("Deny", properties.GetProperty("networkAcls").GetProperty("defaultAction").GetString());
            Assert.Equal(1, properties.GetProperty("networkAcls").GetProperty("ipRules").GetArrayLength());
        });
    }

    [BicepTheory]
    [InlineData("app")]
    [InlineData("heavy")]
    public void Settings_NumberTheAccounts(string service)
    {
        var (first, further) = Accounts();
        var settings = bicep.Spread.AppSettingsOf(service);

        Assert.Contains($"/{first}'", settings["AzureWebJobsStorage__blobServiceUri"], StringComparison.Ordinal);
        foreach (var (i, account) in further.Index())
        {
            Assert.Contains($"/{account}'", settings[$"DataAccounts__{i + 2}__blobServiceUri"], StringComparison.Ordinal);
            Assert.Equal(settings["AzureWebJobsStorage__clientId"], settings[$"DataAccounts__{i + 2}__clientId"]);
        }

        Assert.DoesNotContain("DataAccounts__4__blobServiceUri", settings.Keys);
        Assert.DoesNotContain(bicep.Prod.AppSettings.Keys, key => key.StartsWith("DataAccounts", StringComparison.Ordinal));
    }

    [BicepFact]
    public void Events_ComeFromTheFirstAlone() => Assert.EndsWith(
        $"/{Accounts().First}",
        bicep.Spread.Single("Microsoft.EventGrid/systemTopics").GetProperty("properties").GetProperty("source").GetString(),
        StringComparison.Ordinal);

    private (string First, IReadOnlyList<string> Further) Accounts()
    {
        var names = bicep.Spread.OfType("Microsoft.Storage/storageAccounts").Select(Deployment.NameOf)
            .Order(StringComparer.Ordinal).ToList();
        Assert.Equal([names[0], names[0] + "d2", names[0] + "d3"], names);
        return (names[0], names[1..]);
    }

    private List<string> TextsOf(string type) => [.. bicep.Spread.OfType(type).Select(resource => resource.GetRawText())];

    private IEnumerable<string> RolesOn(string account) =>
        from assignment in bicep.Spread.OfType("Microsoft.Authorization/roleAssignments")
        let id = assignment.GetProperty("id").GetString()!
        where id.Contains($"/{account}/providers/Microsoft.Authorization/", StringComparison.Ordinal)
            || id.Contains($"/{account}', 'Microsoft.Authorization/", StringComparison.Ordinal)
        select assignment.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!.Split('/')[^1];

    private IEnumerable<string> ContainersOf(string account) =>
        bicep.Spread.OfType("Microsoft.Storage/storageAccounts/blobServices/containers")
            .Where(c => Deployment.NameOf(c).StartsWith($"{account}/", StringComparison.Ordinal)).Select(Deployment.LeafOf)
            .Order(StringComparer.Ordinal);
}
