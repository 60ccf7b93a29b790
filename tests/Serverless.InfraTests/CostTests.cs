using System.Globalization;
using Serverless.Local.Planning;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

/// <summary>The table of costs and the amounts of <c>plan</c> are made of the same figures, and what texts say of them is theirs.</summary>
[Collection(CompiledBicep.Name)]
public sealed class CostTests(BicepFixture bicep)
{
    private const string Update = "UPDATE_GENERATED";
    private const string Head = "| | price |";

    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "infra", "README.md");
    private static readonly string Readme = File.ReadAllText(Path);

    public static TheoryData<string, decimal> Counts => new()
    {
        { "{0} operations for each of the", AzureCost.QueueOperationsOfRange },
        { "| {0} by the app, ", CostTable.PlanGigabyte().TableRequests },
        { "| {0} a minute: the leases of the host and its timers", CostTable.Leases },
        { "| {0} (blobs, blocks of 4 MiB, commits and 3 lists)", CostTable.PlanGigabyte().BlobWrites },
        { "timers | | {0} |", CostTable.PlanGigabyte().BlobReads },
        { "| {0} million: send, receive, settle |", AzureOperations.OfTask.Broker },
        { "{0} for each range by Durable Functions", AzureCost.TableRequestsOfRange },
        { "is stored ({0} a GB and month of blobs", AzurePrices.BlobGigabyte },
        { ", {0} of tables)", AzurePrices.TableGigabyte },
        { "{0} a GB of logs", AzurePrices.LogGigabyte },
        { "GB of an instance x {0} ", AzurePrices.GigabyteSecond },
    };

    [Theory]
    [MemberData(nameof(Counts))]
    public void Figures_OfThePlan_AreThoseOfTheText(string text, decimal figure) => Assert.Contains(
        string.Format(CultureInfo.InvariantCulture, text, figure), Readme, StringComparison.Ordinal);

    [BicepFact]
    public async Task Table_OfCosts_IsThatOfThePricesAndOfTheTemplate()
    {
        var expected = string.Join('\n', new CostTable(bicep).Write());
        var text = await File.ReadAllTextAsync(Path);
        var start = text.IndexOf(Head, StringComparison.Ordinal);
        var end = text.IndexOf("\n\n", start, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(Path, text[..start] + expected + text[end..]);
            return;
        }

        Assert.True(
            expected == text[start..end], $"The table of costs in infra/README.md is another: run this test with {Update}=1.\n{expected}");
    }

    [BicepFact]
    public void Sums_AreWhatTheManualSays()
    {
        var costs = new CostTable(bicep);
        costs.Write();
        var manual = File.ReadAllText(System.IO.Path.Combine(Repository.Root, "docs", "azure.md"));

        Assert.Contains($"costs about {CostTable.Money(costs.Sums[0])} US dollars", manual, StringComparison.Ordinal);
        Assert.Contains($"{CostTable.Money(costs.Sums[2])} when they come together", manual, StringComparison.Ordinal);
        Assert.Contains($"and {CostTable.Money(costs.Sums[3])} when each comes alone", manual, StringComparison.Ordinal);
    }

    [Fact]
    public void Gigabyte_Planned_HasTheOperationsOfTheTable()
    {
        var forecast = CostTable.PlanGigabyte();

        Assert.Equal(32, forecast.Ranges);
        Assert.InRange(forecast.BlobWrites, 290, 320);
        Assert.InRange(AzureCost.Of(forecast, TimeSpan.FromSeconds(20)), 0.001m, 0.01m);
    }

    [BicepFact]
    public void Timers_Azure_RunAsOftenAsTheTableSays()
    {
        var runs = Math.Round(new CostTable(bicep).Runs / 1000) * 1000;

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{runs:N0} runs"), Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void AlwaysReady_ZoneRedundant_AreAsManyAsTheTextSays() =>
        Assert.Contains($"{CostTable.Groups} groups, {2 * CostTable.Groups} instances", Readme, StringComparison.Ordinal);
}
