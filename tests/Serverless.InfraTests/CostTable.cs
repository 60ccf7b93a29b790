using System.Globalization;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Preview;
using Serverless.Local.Planning;
using Serverless.Local.Runtime.Timers;
using P = Serverless.Local.Planning.AzurePrices;

namespace Serverless.InfraTests;

/// <summary>The table of costs, from the compiled template of both profiles, the prices and what was counted.</summary>
internal sealed class CostTable(BicepFixture bicep)
{
    private const decimal MonthSeconds = 365m / 12 * 86_400;
    private const decimal Million = 1_000_000m;
    private const string Prices = "https://azure.microsoft.com/pricing/details";

    // Counted a minute on the real host: Durable Functions' looks at their partitions, and 72 leases when there were eight timers. A
    // timer's is of a minute and renewed at half of it (SingletonOptions.ListenerLockPeriod, SingletonManager). What an instance asks of
    // tables, a second.
    private const decimal PartitionsMinute = 54, TableReadsSecond = 2;
    private static readonly decimal LeasesMinute = 72 - (2 * (8 - TimerTests.Triggers.Count));

    // Eight control queues and the work items', each 10 s: host.json.
    private const decimal Queues = 9, PollSeconds = 10;

    // A task works for 0.1 s, 16 at once on an instance; a mail takes as long, 100 are a batch, eight batches run at once.
    private const decimal TaskSeconds = 0.1m, TasksAtOnce = 16, MailSeconds = 0.1m, MailsOfBatch = 100, BatchesAtOnce = 8;

    // A row for the ledger and one look at the suppressions for each mail.
    private const decimal TablesTogether = 1, TablesOfMail = 2;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    private readonly List<decimal[]> _columns = [];

    private static AzureOperations Task => AzureOperations.OfTask;

    /// <summary>Leases that the host renews, a minute.</summary>
    public static decimal Leases => LeasesMinute;

    /// <summary>Runs of the timers in a month: all schedules repeat each day.</summary>
    public decimal Runs => TimerTests.Triggers.Sum(name => CountRuns(bicep.Dev.AppSettings[name])) * MonthSeconds / 86_400;

    /// <summary>The scale groups: http and durable functions are one each, every other function is by itself.</summary>
    public static int Groups =>
        HeavyLaneTests.Functions.Count(f => f.StartsWith("queue_", StringComparison.Ordinal)) + 1 + TimerTests.Triggers.Count + 2;

    /// <summary>The sums of the columns: dev and prod idle, a million tasks together and alone, a GB of CSV, a million mails.</summary>
    public decimal[] Sums => [.. Enumerable.Range(0, 6).Select(i => _columns.Sum(c => c[i]))];

    /// <summary>The lines of the table.</summary>
    public IReadOnlyList<string> Write()
    {
        var (dev, prod) = (new Profile(bicep.Dev, Runs), new Profile(bicep.Prod, Runs));
        var csv = PlanGigabyte();
        const decimal gb = 2, batches = Million / MailsOfBatch;
        var range = (decimal)csv.Ranges;
        List<string> lines =
        [
            "| | price | dev, idle, a month | prod, idle, a month | a million tasks together | each alone | a GB of CSV | "
                + "a million mails |",
            "|---|---|---|---|---|---|---|---|",
            Row($"[Service Bus]({Prices}/service-bus/)",
                Say($"Standard {P.StandardBroker} a month with 13 million operations, then {P.MillionBrokerOperations} a million; ")
                    + Say($"Premium {P.PremiumUnit} a unit and month"),
                dev.Broker, prod.Broker, Task.Broker * P.MillionBrokerOperations, Task.Broker * P.MillionBrokerOperations, 0, 0),
            Row($"[Flex]({Prices}/functions/), on demand",
                Say($"{P.GigabyteSecond} a GB-second after 100,000; {P.MillionExecutions} a million executions after 250,000; ")
                    + Say($"{P.AlwaysReadyRunGigabyteSecond} a GB-second on an always-ready instance (assumed)"),
                dev.Timers, prod.Timers, (Million * TaskSeconds / TasksAtOnce * gb * P.GigabyteSecond) + P.MillionExecutions,
                (Million * gb * P.GigabyteSecond) + P.MillionExecutions,
                AzureCost.Of(csv, TimeSpan.FromSeconds(20)) - Operations(csv),
                (batches * MailsOfBatch * MailSeconds / BatchesAtOnce * gb * P.GigabyteSecond) + (batches * P.MillionExecutions / Million)),
            Row("Flex, always ready", Say($"{P.AlwaysReadyGigabyteSecond} a GB-second"), dev.AlwaysReady, prod.AlwaysReady, 0, 0, 0, 0),
            Row($"[Tables]({Prices}/storage/tables/)", Say($"{P.MillionTableRequests} a million"), dev.Tables, prod.Tables,
                TablesTogether * P.MillionTableRequests, Task.Tables * P.MillionTableRequests,
                (csv.TableRequests + (range * AzureCost.TableRequestsOfRange)) * P.MillionTableRequests / Million,
                (TablesOfMail + (AzureCost.TableRequestsOfRange / MailsOfBatch)) * P.MillionTableRequests),
            Row($"[Blobs]({Prices}/storage/blobs/)",
                Say($"{P.MillionBlobWrites} a million writes and lists, {P.MillionBlobReads} a million reads and leases"),
                dev.Blobs, prod.Blobs, 0, 0,
                ((csv.BlobWrites * P.MillionBlobWrites) + (csv.BlobReads * P.MillionBlobReads)) / Million,
                batches * P.MillionBlobReads / Million),
            Row("Queues of Durable Functions", Say($"{P.MillionQueueOperations} a million"), dev.Polling, prod.Polling, 0, 0,
                range * AzureCost.QueueOperationsOfRange * P.MillionQueueOperations / Million,
                batches * AzureCost.QueueOperationsOfRange * P.MillionQueueOperations / Million),
            Row($"[Alert rules, availability test]({Prices}/monitor/)",
                Say($"{P.MetricAlert} a metric and queue, {P.QueryAlert} a query each five minutes; ")
                    + Say($"{P.AvailabilityTest} a test and region (assumed)"),
                dev.Alerts, prod.Alerts, 0, 0, 0, 0),
            Row($"[Private endpoints]({Prices}/private-link/), zones of private [DNS]({Prices}/dns/)",
                Say($"{P.PrivateEndpoint} each and month, {P.PrivateGigabyte} a GB either way; {P.PrivateZone} a zone"),
                dev.Private, prod.Private, 0, 0, 2 * P.PrivateGigabyte, 0),
        ];
        var sums = Sums;
        lines.Add($"| **together** | | {string.Join(" | ", sums.Select(s => $"**{Money(s)}**"))} |");
        return lines;
    }

    /// <summary>An amount as the table shows it.</summary>
    public static string Money(decimal amount) => amount switch
    {
        0 => "",
        < 0.005m => "below 0.01",
        < 10 => amount.ToString("0.00", Culture),
        _ => amount.ToString("N0", Culture),
    };

    // The file whose operations were counted: 32 ranges, no rejects.
    internal static CsvForecast PlanGigabyte() => CsvForecast.Of(
        new CsvForecastBasis(1L << 30, false, 1L << 30, 0, new CsvJobOptions { ChunkBytes = 32 << 20 }, null), new CsvSettings());

    private static decimal Operations(CsvForecast csv) => AzureOperations.OfCsv(csv).Dollars
        + (csv.Ranges * AzureCost.TableRequestsOfRange * P.MillionTableRequests / Million)
        + (csv.Ranges * AzureCost.QueueOperationsOfRange * P.MillionQueueOperations / Million);

    private static decimal CountRuns(string schedule)
    {
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(-1);
        var parsed = TimerSchedule.Parse(schedule, start);
        var runs = 0;
        for (var next = parsed.FindNext(start); next < start.AddDays(1); next = parsed.FindNext(next)) runs++;
        return runs;
    }

    private static string Say(FormattableString text) => text.ToString(Culture);

    private string Row(string name, string price, params decimal[] values)
    {
        _columns.Add(values);
        return $"| {name} | {price} | {string.Join(" | ", values.Select(Money))} |";
    }

    /// <summary>The costs of a profile while nothing is done.</summary>
    private sealed class Profile(Deployment deployment, decimal runs)
    {
        private bool IsZoneRedundant => deployment.OfType("Microsoft.Web/serverfarms")
            .Any(p => p.GetProperty("properties").GetProperty("zoneRedundant").GetBoolean());

        // The smallest number that the profile keeps.
        private int Instances => IsZoneRedundant
            ? 2 * Groups
            : deployment.OfType("Microsoft.Web/sites").SelectMany(s => s.GetProperty("properties").GetProperty("functionAppConfig")
                .GetProperty("scaleAndConcurrency").GetProperty("alwaysReady").EnumerateArray())
                .Sum(a => a.GetProperty("instanceCount").GetInt32());

        public decimal Broker => deployment.OfType("Microsoft.ServiceBus/namespaces")
            .Sum(n => n.GetProperty("sku").GetProperty("name").GetString() == "Premium" ? P.PremiumUnit : P.StandardBroker);

        // Two GB of memory, a second at least.
        public decimal Timers => IsZoneRedundant
            ? runs * 2 * P.AlwaysReadyRunGigabyteSecond
            : (Math.Max(0, (runs * 2) - P.FreeGigabyteSeconds) * P.GigabyteSecond)
                + (Math.Max(0, runs - P.FreeExecutions) * P.MillionExecutions / Million);

        public decimal AlwaysReady => Instances * 2 * MonthSeconds * P.AlwaysReadyGigabyteSecond;

        public decimal Tables =>
            ((Instances * TableReadsSecond * MonthSeconds) + (PartitionsMinute * MonthSeconds / 60) + runs)
            * P.MillionTableRequests / Million;

        // The reconciler's lists, and the time of each run, which a timer notes (StorageScheduleMonitor).
        public decimal Blobs =>
            ((((MonthSeconds / 3600) + runs) * P.MillionBlobWrites) + (LeasesMinute * MonthSeconds / 60 * P.MillionBlobReads)) / Million;

        public decimal Polling => (IsZoneRedundant ? 2 : 1) * Queues * MonthSeconds / PollSeconds * P.MillionQueueOperations / Million;

        public decimal Alerts =>
            (deployment.OfType("Microsoft.Insights/metricAlerts").Sum(SeriesOf) * P.MetricAlert)
            + (deployment.OfType("Microsoft.Insights/scheduledQueryRules").Count * P.QueryAlert)
            + (Tests * P.AvailabilityTest);

        // Of the availability tests, from each region.
        private decimal Tests => deployment.OfType("Microsoft.Insights/webtests").Select(t => t.GetProperty("properties"))
            .Sum(t => t.GetProperty("Locations").GetArrayLength() * MonthSeconds / t.GetProperty("Frequency").GetInt32());

        public decimal Private => (deployment.OfType("Microsoft.Network/privateEndpoints").Count * P.PrivateEndpoint)
            + (deployment.OfType("Microsoft.Network/privateDnsZones").Count * P.PrivateZone);

        // An alert on a metric by queue is as many.
        private static int SeriesOf(System.Text.Json.JsonElement alert) =>
            alert.GetProperty("properties").GetProperty("criteria").TryGetProperty("allOf", out var all)
                && all[0].TryGetProperty("dimensions", out var dimensions) && dimensions.GetArrayLength() > 0
                ? dimensions[0].GetProperty("values").GetArrayLength() : 1;
    }
}
