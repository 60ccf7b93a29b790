using Serverless.CsvJobs.Preview;

namespace Serverless.Local.Planning;

/// <summary>
/// The price of a job on Azure: <see cref="AzurePrices"/>, and the operations that were counted for <c>infra/README.md</c>, which has the
/// same figures.
/// </summary>
internal static class AzureCost
{
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
        var operations = (forecast.Activities * AzurePrices.MillionExecutions)
            + (forecast.Ranges * TableRequestsOfRange * AzurePrices.MillionTableRequests)
            + (forecast.Ranges * QueueOperationsOfRange * AzurePrices.MillionQueueOperations);
        return (seconds * instances * InstanceGigabytes * AzurePrices.GigabyteSecond) + (operations / 1_000_000m)
            + AzureOperations.OfCsv(forecast).Dollars;
    }
}
