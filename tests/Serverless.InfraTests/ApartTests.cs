namespace Serverless.InfraTests;

/// <summary>
/// The settings that lift limits: an account each for the host, files and tables, a scheduler for orchestrations, a partitioned broker.
/// </summary>
[Collection(CompiledBicep.Name)]
public sealed class ApartTests(BicepFixture bicep)
{
    private const string BlobDataOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string QueueDataContributor = "974c5e8b-45b9-4653-ba55-5f855dd0fb88";
    private const string TableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";
    private const string DurableTaskDataContributor = "0ad04412-c4d5-4796-b79c-f76d14c8d402";

    [BicepFact]
    public void Compile_IsCleanAndFullyPredictable()
    {
        Assert.Empty(bicep.Apart.Complaints);
        Assert.Empty(bicep.Apart.Diagnostics);
    }

    [BicepFact]
    public void Accounts_AreEachForOneUse_WithTheRolesForIt()
    {
        var accounts = Accounts();

        Assert.Equal([TableDataContributor, QueueDataContributor, BlobDataOwner], RolesOn(accounts.Host));
        Assert.Equal([BlobDataContributor, BlobDataContributor], RolesOn(accounts.Data));
        Assert.Equal([TableDataContributor], RolesOn(accounts.Tables));
        Assert.Equal(["deployment", "deployment-heavy"], ContainersOf(accounts.Host));
        Assert.Contains("incoming", ContainersOf(accounts.Data));
        Assert.Empty(ContainersOf(accounts.Tables));
    }

    [BicepFact]
    public void Settings_NameTheAccounts()
    {
        var settings = bicep.Apart.AppSettings;
        var accounts = Accounts();

        Assert.Contains($"/{accounts.Data}'", settings["DataStorage__blobServiceUri"], StringComparison.Ordinal);
        Assert.Contains($"/{accounts.Tables}'", settings["TableStorage__tableServiceUri"], StringComparison.Ordinal);
        Assert.Contains($"/{accounts.Host}'", settings["AzureWebJobsStorage__blobServiceUri"], StringComparison.Ordinal);
        Assert.DoesNotContain(bicep.Prod.AppSettings.Keys, k => k.StartsWith("DataStorage", StringComparison.Ordinal));
        Assert.Single(bicep.Prod.OfType("Microsoft.Storage/storageAccounts"));
    }

    [BicepFact]
    public void Files_AreAnnouncedReachedAndKept_InTheirAccountAlone()
    {
        var accounts = Accounts();
        var topic = bicep.Apart.Single("Microsoft.EventGrid/systemTopics").GetProperty("properties");

        Assert.EndsWith($"/{accounts.Data}", topic.GetProperty("source").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            accounts.Data, Deployment.NameOf(bicep.Apart.Single("Microsoft.Storage/storageAccounts/managementPolicies")).Split('/')[0]);
        Assert.All(bicep.Apart.OfType("Microsoft.Storage/storageAccounts"), a => Assert.Equal(
            Deployment.NameOf(a) == accounts.Data ? "Enabled" : "Disabled",
            a.GetProperty("properties").GetProperty("publicNetworkAccess").GetString()));
        var endpoints = bicep.Apart.OfType("Microsoft.Network/privateEndpoints").Select(e => e.GetRawText()).ToList();
        Assert.Single(endpoints, e => e.Contains($"/{accounts.Data}\"", StringComparison.Ordinal));
        Assert.Single(endpoints, e => e.Contains($"/{accounts.Tables}\"", StringComparison.Ordinal));
        Assert.Contains(
            $"/{accounts.Data}/", bicep.Apart.Single("Microsoft.Authorization/locks").GetProperty("id").GetString()!,
            StringComparison.Ordinal);
    }

    // What it takes and gives was read in the types that the compiler knows; nothing ran on Azure.
    [BicepFact]
    public void Scheduler_WhereItIsAskedFor_HasAHubARoleAndTheSettingsThatHostJsonNames()
    {
        var scheduler = bicep.Apart.Single("Microsoft.DurableTask/schedulers");
        var settings = bicep.Apart.AppSettings;

        Assert.Equal("Consumption", scheduler.GetProperty("properties").GetProperty("sku").GetProperty("name").GetString());
        Assert.NotEmpty(scheduler.GetProperty("properties").GetProperty("ipAllowlist").EnumerateArray());
        Assert.Equal(settings["TASKHUB_NAME"], Deployment.LeafOf(bicep.Apart.Single("Microsoft.DurableTask/schedulers/taskHubs")));
        Assert.Equal([DurableTaskDataContributor], RolesOn(Deployment.NameOf(scheduler)));
        Assert.Contains(
            "Authentication=ManagedIdentity;ClientID=", settings["DURABLE_TASK_SCHEDULER_CONNECTION_STRING"], StringComparison.Ordinal);
        Assert.Empty(bicep.Prod.OfType("Microsoft.DurableTask/schedulers"));
        Assert.DoesNotContain("TASKHUB_NAME", bicep.Prod.AppSettings.Keys);
    }

    // https://learn.microsoft.com/azure/service-bus-messaging/enable-partitions-premium
    [BicepFact]
    public void Partitions_OfTheBroker_HaveAUnitEachAtLeast()
    {
        var broker = bicep.Apart.Single("Microsoft.ServiceBus/namespaces");

        Assert.Equal(4, broker.GetProperty("properties").GetProperty("premiumMessagingPartitions").GetInt32());
        Assert.Equal(4, broker.GetProperty("sku").GetProperty("capacity").GetInt32());
        Assert.False(bicep.Prod.Single("Microsoft.ServiceBus/namespaces").GetProperty("properties")
            .TryGetProperty("premiumMessagingPartitions", out _));
    }

    private (string Host, string Data, string Tables) Accounts()
    {
        var names = bicep.Apart.OfType("Microsoft.Storage/storageAccounts").Select(Deployment.NameOf)
            .Order(StringComparer.Ordinal).ToList();
        Assert.Equal([names[0], names[0] + "d", names[0] + "t"], names);
        return (names[0], names[1], names[2]);
    }

    // The name of what is given to the deployer is known when it is deployed, so that the id is an expression.
    private IEnumerable<string> RolesOn(string resource) =>
        from assignment in bicep.Apart.OfType("Microsoft.Authorization/roleAssignments")
        let id = assignment.GetProperty("id").GetString()!
        where id.Contains($"/{resource}/providers/Microsoft.Authorization/", StringComparison.Ordinal)
            || id.Contains($"/{resource}', 'Microsoft.Authorization/", StringComparison.Ordinal)
        let role = assignment.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!.Split('/')[^1]
        orderby role
        select role;

    private IEnumerable<string> ContainersOf(string account) =>
        bicep.Apart.OfType("Microsoft.Storage/storageAccounts/blobServices/containers")
            .Where(c => Deployment.NameOf(c).StartsWith($"{account}/", StringComparison.Ordinal)).Select(Deployment.LeafOf)
            .Order(StringComparer.Ordinal);
}
