using Serverless.Messaging;

namespace Serverless.InfraTests;

[Collection(CompiledBicep.Name)]
public sealed class AlertTests(BicepFixture bicep)
{
    private static readonly QueueCatalog Catalog = QueueCatalog.Load();

    public static TheoryData<string> Profiles => ["dev", "prod"];

    [BicepTheory]
    [MemberData(nameof(Profiles))]
    public void DeadLetterAlert_Profile_WatchesEveryQueue(string profile)
    {
        var alert = bicep[profile].OfType("Microsoft.Insights/metricAlerts")
            .Single(a => Deployment.NameOf(a).StartsWith("dead-letters", StringComparison.Ordinal));
        var criterion = alert.GetProperty("properties").GetProperty("criteria").GetProperty("allOf")[0];

        Assert.Equal("DeadletteredMessages", criterion.GetProperty("metricName").GetString());
        Assert.Equal(0, criterion.GetProperty("threshold").GetInt32());
        Assert.Equal(
            Catalog.Lanes, criterion.GetProperty("dimensions")[0].GetProperty("values").EnumerateArray().Select(v => v.GetString()));
    }

    [BicepTheory]
    [MemberData(nameof(Profiles))]
    public void Alerts_Profile_TellTheActionGroup(string profile)
    {
        var deployment = bicep[profile];
        var group = deployment.Single("Microsoft.Insights/actionGroups").GetProperty("id").GetString()!;

        Assert.All(
            deployment.OfType("Microsoft.Insights/metricAlerts").Concat(deployment.OfType("Microsoft.Insights/scheduledQueryRules")),
            a => Assert.Contains(
                group, a.GetProperty("properties").GetProperty("actions").GetRawText(), StringComparison.OrdinalIgnoreCase));
    }

    // prod is compiled with an address, and Apart without.
    [BicepFact]
    public void Recipients_WithoutAnAddress_AreTheOwnersInProduction()
    {
        Assert.Equal(("[]", 1), RecipientsOf(bicep.Prod));
        Assert.Equal(("[\"8e3af657-a8ff-443c-a75c-2fe8c4bcb635\"]", 0), RecipientsOf(bicep.Apart));
        Assert.Equal(("[]", 0), RecipientsOf(bicep.Dev));

        static (string Roles, int Addresses) RecipientsOf(Deployment deployment)
        {
            var group = deployment.Single("Microsoft.Insights/actionGroups").GetProperty("properties");
            var roles = group.GetProperty("armRoleReceivers").EnumerateArray().Select(r => r.GetProperty("roleId").GetString());
            return (System.Text.Json.JsonSerializer.Serialize(roles), group.GetProperty("emailReceivers").GetArrayLength());
        }
    }

    [BicepTheory]
    [MemberData(nameof(Profiles))]
    public void UndeliveredEvents_Profile_AreToldOf(string profile)
    {
        var deployment = bicep[profile];
        var alert = deployment.OfType("Microsoft.Insights/metricAlerts")
            .Single(a => Deployment.NameOf(a).StartsWith("undelivered-events", StringComparison.Ordinal)).GetProperty("properties");

        Assert.Equal(
            deployment.Single("Microsoft.EventGrid/systemTopics").GetProperty("id").GetString(),
            Assert.Single(alert.GetProperty("scopes").EnumerateArray()).GetString());
        Assert.Equal(
            "DeadLetteredCount", alert.GetProperty("criteria").GetProperty("allOf")[0].GetProperty("metricName").GetString());
    }

    [BicepTheory]
    [InlineData("dev", 1)]
    [InlineData("prod", 0)]
    public void LogCap_WhereThereIsOne_IsToldOf(string profile, int alerts) => Assert.Equal(
        alerts, bicep[profile].OfType("Microsoft.Insights/scheduledQueryRules")
            .Count(r => Deployment.NameOf(r).StartsWith("log-cap", StringComparison.Ordinal)));

    [BicepFact]
    public void ResourceLogs_Prod_GoToTheWorkspace()
    {
        var logs = bicep.Prod.OfType("Microsoft.Insights/diagnosticSettings");
        var workspace = bicep.Prod.Single("Microsoft.OperationalInsights/workspaces").GetProperty("id").GetString();

        Assert.Equal(4, logs.Count);
        Assert.All(logs, l => Assert.Equal(workspace, l.GetProperty("properties").GetProperty("workspaceId").GetString()));
        Assert.Empty(bicep.Dev.OfType("Microsoft.Insights/diagnosticSettings"));
    }

    [BicepFact]
    public void Budget_WhereOneIsAskedFor_TellsTheActionGroup()
    {
        var budget = bicep.TwoRegions.Single("Microsoft.Consumption/budgets").GetProperty("properties");
        var group = bicep.TwoRegions.Single("Microsoft.Insights/actionGroups").GetProperty("id").GetString()!;

        Assert.Equal(500, budget.GetProperty("amount").GetInt32());
        Assert.All(
            budget.GetProperty("notifications").EnumerateObject(),
            n => Assert.Contains(group, n.Value.GetProperty("contactGroups").GetRawText(), StringComparison.OrdinalIgnoreCase));
        Assert.Empty(bicep.Dev.OfType("Microsoft.Consumption/budgets"));
    }
}
