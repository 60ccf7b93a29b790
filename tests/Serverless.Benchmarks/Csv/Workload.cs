using System.Globalization;
using System.Text.Json.Nodes;
using Serverless.Benchmarks.Orders;

namespace Serverless.Benchmarks.Csv;

/// <summary>A file, how a job is asked to clean it, and how DuckDB does the same.</summary>
internal abstract class Workload
{
    /// <summary>The file's rows, which are <paramref name="rows"/> but for its bad ones.</summary>
    /// <returns>Its path, and its size in bytes.</returns>
    public abstract (string File, long Bytes) Write(string folder, int rows);

    /// <summary>The schema of its columns.</summary>
    public abstract Task<JsonNode> ReadSchemaAsync(CancellationToken cancellationToken);

    /// <summary>DuckDB does the whole work, rejects as well.</summary>
    /// <returns>How many rows were accepted.</returns>
    public abstract long Clean(string file, string folder, string format);

    /// <summary>DuckDB's plain COPY.</summary>
    /// <returns>How many rows were accepted.</returns>
    public abstract long Copy(string file, string folder, string format);
}

/// <summary>Orders, a share of them bad.</summary>
internal sealed class OrdersWorkload(double bad) : Workload
{
    public override (string File, long Bytes) Write(string folder, int rows) => JobRunner.WriteOrders(folder, rows, bad);

    public override async Task<JsonNode> ReadSchemaAsync(CancellationToken cancellationToken) =>
        JsonNode.Parse(await File.ReadAllTextAsync(OrdersSchema.File, cancellationToken))!;

    public override long Clean(string file, string folder, string format) => DuckDbCleaner.Clean(file, folder, format);

    public override long Copy(string file, string folder, string format) => DuckDbCleaner.Copy(file, folder, format);
}

/// <summary>Very many columns of four types, none of them bad: DuckDB's whole work is its plain COPY.</summary>
internal sealed class WideWorkload(int columns) : Workload
{
    private static readonly (string Type, string DuckDb)[] Types =
        [("integer", "BIGINT"), ("number", "DOUBLE"), ("date", "DATE"), ("string", "VARCHAR")];

    private static readonly DateOnly FirstDay = new(2024, 1, 1);

    public override (string File, long Bytes) Write(string folder, int rows)
    {
        var file = Path.Combine(folder, $"wide-{rows}.csv");
        using (var writer = new StreamWriter(file))
        {
            writer.WriteLine(string.Join(',', Enumerable.Range(0, columns).Select(Name)));
            var random = new Random(GenerateOrders.DefaultSeed);
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    if (column > 0) writer.Write(',');
                    WriteCell(writer, column % Types.Length, random);
                }

                writer.WriteLine();
            }
        }

        return (file, new FileInfo(file).Length);
    }

    public override Task<JsonNode> ReadSchemaAsync(CancellationToken cancellationToken) => Task.FromResult<JsonNode>(new JsonObject
    {
        ["fields"] = new JsonArray([.. Enumerable.Range(0, columns).Select(
            column => new JsonObject { ["name"] = Name(column), ["type"] = Types[column % Types.Length].Type })]),
    });

    public override long Clean(string file, string folder, string format) => Copy(file, folder, format);

    public override long Copy(string file, string folder, string format) => DuckDbCleaner.Copy(
        file, folder, format, Enumerable.Range(0, columns).Select(column => (Name(column), Types[column % Types.Length].DuckDb)));

    private static string Name(int column) => $"c{column}";

    private static void WriteCell(StreamWriter writer, int type, Random random)
    {
        switch (type)
        {
            case 0: writer.Write(random.Next(1_000_000)); break;
            case 1: writer.Write(random.Next(100_000) / 100m); break;
            case 2: writer.Write(FirstDay.AddDays(random.Next(700)).ToString("O", CultureInfo.InvariantCulture)); break;
            default: writer.Write("text-"); writer.Write(random.Next(1000)); break;
        }
    }
}
