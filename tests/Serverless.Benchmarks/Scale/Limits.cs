using Serverless.Local.Planning;

namespace Serverless.Benchmarks.Scale;

/// <summary>
/// The limits that Azure documents, each with its page; where a page gives none, a figure that is taken, and marked so.
/// </summary>
internal static class Limits
{
    /// <summary>Operations a second of a Standard namespace: service-bus-throttling.</summary>
    public const double StandardBroker = 1_000;

    /// <summary>Requests a second of a storage account: scalability-targets-standard-account.</summary>
    public const double AccountRequests = 20_000;

    /// <summary>
    /// Bytes a second into a storage account, where a region has no more (25 Gbit/s; others 60): scalability-targets-standard-account.
    /// </summary>
    public const double AccountIngress = 25e9 / 8;

    /// <summary>Bytes a second out of one, as above (50 Gbit/s; others 200).</summary>
    public const double AccountEgress = 50e9 / 8;

    /// <summary>Entities a second of a table's partition: storage/tables/scalability-targets.</summary>
    public const double TablePartition = 2_000;

    /// <summary>Messages a second of one queue; Durable Functions have one a partition: storage/queues/scalability-targets.</summary>
    public const double StorageQueue = 2_000;

    /// <summary>Instances of an app, where the region's 250 cores allow no more of one core each: flex-consumption-plan.</summary>
    public const int Instances = 250;

    /// <summary>Instances that are added at once by the length of a queue: functions-target-based-scaling.</summary>
    public const int AddedAtOnce = 4;

    /// <summary>Taken, since no page says it: the seconds between two such decisions.</summary>
    public const int Decision = 10;

    /// <summary>Partitions of Durable Functions: host.json.</summary>
    public const int HubPartitions = 8;

    /// <summary>Partitions of the tasks' table.</summary>
    public const int TaskPartitions = 8;
}

/// <summary>The prices of the table of costs.</summary>
internal static class Prices
{
    public const double GbSecond = (double)AzurePrices.GigabyteSecond,
        ExecutionMillion = (double)AzurePrices.MillionExecutions, InstanceGb = 2;
}
