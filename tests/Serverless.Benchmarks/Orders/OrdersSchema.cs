namespace Serverless.Benchmarks.Orders;

/// <summary>The schema of the sample, which is the schema of every file of orders.</summary>
internal static class OrdersSchema
{
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "orders.schema.json");
}
