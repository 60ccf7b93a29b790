using System.Globalization;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Preview;
using Serverless.Local.Planning;
using Serverless.Local.Runtime.Timers;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

/// <summary>The table of costs and what <c>plan</c> says are made of the same figures.</summary>
[Collection(CompiledBicep.Name)]
public sealed class CostTests(BicepFixture bicep)
{
    private const decimal MonthDays = 365m / 12;

    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "infra", "README.md"));

    public static TheoryData<string, decimal> Prices => new()
    {
        { "{0} a GB-second", AzureCost.GigabyteSecond },
        { "{0} a million executions", AzureCost.MillionExecutions },
        { "| Tables | {0} a million |", AzureCost.MillionTableRequests },
        { "{0} a million writes and lists", AzureCost.MillionBlobWrites },
        { "{0} a million reads and leases", AzureCost.MillionBlobReads },
        { "| Queues of Durable Functions | {0} a million |", AzureCost.MillionQueueOperations },
        { "{0} operations for each of the", AzureCost.QueueOperationsOfRange },
        { "{0} for each range by Durable Functions", AzureCost.TableRequestsOfRange },
    };

    [Theory]
    [MemberData(nameof(Prices))]
    public void Prices_OfThePlan_AreThoseOfTheTable(string text, decimal price) => Assert.Contains(
        string.Format(CultureInfo.InvariantCulture, text, price), Readme, StringComparison.Ordinal);

    // The file whose operations were counted: 32 ranges, no rejects.
    [Fact]
    public void Gigabyte_Planned_HasTheOperationsAndThePriceOfTheTable()
    {
        const long Gigabyte = 1L << 30;
        var forecast = CsvForecast.Of(
            new CsvForecastBasis(Gigabyte, false, Gigabyte, 0, new CsvJobOptions { ChunkBytes = 32 << 20 }, null), new CsvSettings());

        Assert.Equal(32, forecast.Ranges);
        Assert.InRange(forecast.BlobWrites, 300, 454);
        Assert.InRange(AzureCost.Of(forecast, TimeSpan.FromSeconds(20)), 0.001m, 0.01m);
        Assert.Contains("**below 0.01**", Readme, StringComparison.Ordinal);
    }

    // All schedules repeat each day.
    [BicepFact]
    public void Timers_Azure_RunAsOftenAsTheTableSays()
    {
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(-1);
        var runs = TimerTests.Triggers.Sum(name => Runs(TimerSchedule.Parse(bicep.Dev.AppSettings[name], start), start)) * MonthDays;

        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"{Math.Round(runs / 1000) * 1000:N0} runs"), Readme, StringComparison.Ordinal);
    }

    // http and durable functions scale as groups, every other function alone; where it is zone redundant, two instances in each.
    [BicepFact]
    public void AlwaysReady_ZoneRedundant_AreAsManyAsTheTableSays()
    {
        var alone = HeavyLaneTests.Functions.Count(f => f.StartsWith("queue_", StringComparison.Ordinal)) + 1 + TimerTests.Triggers.Count;

        Assert.Contains($"{alone + 2} groups, {2 * (alone + 2)} instances", Readme, StringComparison.Ordinal);
    }

    private static decimal Runs(TimerSchedule schedule, DateTime start)
    {
        var runs = 0;
        for (var next = schedule.FindNext(start); next < start.AddDays(1); next = schedule.FindNext(next)) runs++;
        return runs;
    }
}
