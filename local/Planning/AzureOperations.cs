using Serverless.CsvJobs.Preview;

namespace Serverless.Local.Planning;

/// <summary>
/// Operations of the broker and of storage that work asks for: the figures by which <c>plan</c>, the table of costs and the simulation
/// reckon. A test counts what the code really asks for, and holds both within 5 % of each other.
/// </summary>
/// <param name="Broker">Operations of Service Bus.</param>
/// <param name="Tables">Requests to tables.</param>
/// <param name="BlobWrites">Blocks, blobs, commits and lists, which have one price.</param>
/// <param name="BlobReads">Blobs that are read or looked up.</param>
/// <param name="BlobDeletes">Blobs that are deleted, which costs nothing and counts among an account's requests.</param>
internal sealed record AzureOperations(
    decimal Broker = 0, decimal Tables = 0, decimal BlobWrites = 0, decimal BlobReads = 0, decimal BlobDeletes = 0)
{
    // The plan and a fold; each range has a part as well.
    private const int DeletesOfCsv = 2;

    // A run's row, its place in the list, its definition, its end; and of each step the row when it begins and when it ends.
    private const int TablesOfRun = 11, TablesOfStep = 2;

    /// <summary>A small task that comes alone: sent, handed over and settled; its state when it waits and when it has ended.</summary>
    public static AzureOperations OfTask { get; } = new(Broker: 3, Tables: 2);

    /// <summary>Requests to storage, of whatever price.</summary>
    public decimal Storage => Tables + BlobWrites + BlobReads + BlobDeletes;

    /// <summary>The price of the broker's and of storage's operations.</summary>
    public decimal Dollars => ((Broker * AzurePrices.MillionBrokerOperations) + (Tables * AzurePrices.MillionTableRequests)
        + (BlobWrites * AzurePrices.MillionBlobWrites) + (BlobReads * AzurePrices.MillionBlobReads)) / 1_000_000m;

    public static AzureOperations operator *(AzureOperations a, decimal factor) =>
        new(a.Broker * factor, a.Tables * factor, a.BlobWrites * factor, a.BlobReads * factor, a.BlobDeletes * factor);

    public static AzureOperations operator -(AzureOperations a, AzureOperations b) => new(
        a.Broker - b.Broker, a.Tables - b.Tables, a.BlobWrites - b.BlobWrites, a.BlobReads - b.BlobReads, a.BlobDeletes - b.BlobDeletes);

    /// <summary>A run of a workflow whose steps are activities with small results.</summary>
    public static AzureOperations OfRun(int steps) => new(Tables: TablesOfRun + (TablesOfStep * steps));

    /// <summary>A CSV job.</summary>
    public static AzureOperations OfCsv(CsvForecast job) =>
        new(Tables: job.TableRequests, BlobWrites: job.BlobWrites, BlobReads: job.BlobReads, BlobDeletes: DeletesOfCsv + job.Ranges);

    /// <summary>Each kind by its name.</summary>
    public IEnumerable<(string Name, decimal Count)> List() =>
    [
        ("broker operations", Broker), ("table requests", Tables), ("blob writes", BlobWrites), ("blob reads", BlobReads),
        ("blob deletes", BlobDeletes),
    ];
}
