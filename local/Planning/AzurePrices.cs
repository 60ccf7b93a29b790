namespace Serverless.Local.Planning;

/// <summary>
/// List prices for East US in US dollars, with which <c>plan</c>, the table of costs in <c>infra/README.md</c> and the simulation reckon.
/// Those of a group are on the page of its name below https://azure.microsoft.com/pricing/details/, as it was in May 2025; where
/// "assumed" stands, it could not be looked up.
/// </summary>
internal static class AzurePrices
{
    // functions
    public const decimal GigabyteSecond = 0.000026m;
    public const decimal FreeGigabyteSeconds = 100_000m;
    public const decimal MillionExecutions = 0.40m;
    public const decimal FreeExecutions = 250_000m;
    public const decimal AlwaysReadyGigabyteSecond = 0.000004m;

    /// <summary>Added while an always-ready instance runs something; assumed.</summary>
    public const decimal AlwaysReadyRunGigabyteSecond = 0.000016m;

    // service-bus
    public const decimal StandardBroker = 10m;
    public const decimal MillionBrokerOperations = 0.80m;
    public const decimal PremiumUnit = 677m;

    // storage/tables, storage/blobs (locally redundant, hot), storage/queues
    public const decimal MillionTableRequests = 0.036m;
    public const decimal MillionBlobWrites = 5m;
    public const decimal MillionBlobReads = 0.40m;
    public const decimal MillionQueueOperations = 0.40m;
    public const decimal BlobGigabyte = 0.02m;
    public const decimal TableGigabyte = 0.05m;

    // private-link, dns
    public const decimal PrivateEndpoint = 7.30m;
    public const decimal PrivateGigabyte = 0.01m;
    public const decimal PrivateZone = 0.50m;

    // monitor
    public const decimal MetricAlert = 0.10m;
    public const decimal QueryAlert = 1.50m;
    public const decimal LogGigabyte = 2.30m;

    /// <summary>A run of an availability test from one region; assumed.</summary>
    public const decimal AvailabilityTest = 0.0006m;
}
