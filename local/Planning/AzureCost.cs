using Serverless.CsvJobs.Preview;

namespace Serverless.Local.Planning;

/// <summary>
/// The price of a job on Azure: list prices for East US in US dollars, and the operations that were counted for
/// <c>infra/README.md</c>, which has the same figures.
/// </summary>
internal static class AzureCost
{
    /// <summary>A second of an instance on demand, for each GB of its memory.</summary>
    public const decimal GigabyteSecond = 0.000026m;

    /// <summary>A million executions on demand.</summary>
    public const decimal MillionExecutions = 0.40m;

    /// <summary>A million table requests.</summary>
    public const decimal MillionTableRequests = 0.036m;

    /// <summary>A million blobs, blocks, commits or lists.</summary>
    public const decimal MillionBlobWrites = 5m;

    /// <summary>A million reads of blobs.</summary>
    public const decimal MillionBlobReads = 0.40m;

    /// <summary>A million operations on storage queues.</summary>
    public const decimal MillionQueueOperations = 0.40m;

    /// <summary>Queue operations of Durable Functions for a range.</summary>
    public const decimal QueueOperationsOfRange = 15m;

    /// <summary>Table requests of Durable Functions for a range.</summary>
    public const decimal TableRequestsOfRange = 3.6m;

    // The profiles' instances, and host.json's activities at once.
    private const int InstanceGigabytes = 2;
    private const int ActivitiesAtOnce = 8;

    /// <summary>The dollars that a job costs beyond what stands idle.</summary>
    /// <param name="forecast">What it does.</param>
    /// <param name="time">How long its ranges take.</param>
    public static decimal Of(CsvForecast forecast, TimeSpan time)
    {
        // A run is charged as a second at least.
        var seconds = Math.Max(1m, (decimal)time.TotalSeconds);
        var instances = (forecast.Parallel + ActivitiesAtOnce - 1) / ActivitiesAtOnce;
        var operations = (forecast.Activities * MillionExecutions)
            + (forecast.BlobWrites * MillionBlobWrites)
            + (forecast.BlobReads * MillionBlobReads)
            + ((forecast.TableRequests + (forecast.Ranges * TableRequestsOfRange)) * MillionTableRequests)
            + (forecast.Ranges * QueueOperationsOfRange * MillionQueueOperations);
        return (seconds * instances * InstanceGigabytes * GigabyteSecond) + (operations / 1_000_000m);
    }
}
