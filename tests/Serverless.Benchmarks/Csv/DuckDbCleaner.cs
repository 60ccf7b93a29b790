using DuckDB.NET.Data;

namespace Serverless.Benchmarks.Csv;

/// <summary>The yardstick: DuckDB does the same cleaning, file to file, with all cores.</summary>
/// <remarks>
/// The fastest of the ways tried: the file is parsed once, as text, cast and judged into a table in memory; then the accepted
/// rows are written in input order, and the others to a file of rejects, as are the records whose number of cells is wrong,
/// which DuckDB collects itself.
/// </remarks>
internal static class DuckDbCleaner
{
    /// <summary>Writes the clean rows and the rejects into a folder.</summary>
    /// <returns>How many rows were accepted.</returns>
    public static long Clean(string file, string folder, string format)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        Execute(connection, $"""
            CREATE TEMP TABLE judged AS
            SELECT * EXCLUDE (source), CASE WHEN NOT accepted THEN concat_ws(
                ',', source.order_id, source.customer_id, source.order_date, source.shipped_at, source.status, source.country,
                source.quantity, source.unit_price, source.total, source.currency, source.gift, source.note) END AS raw
            FROM (
                SELECT *, (
                    order_id >= 1
                    AND customer_id IS NOT NULL
                    AND order_date IS NOT NULL
                    AND (source.shipped_at IS NULL OR shipped_at IS NOT NULL)
                    AND status IN ('pending', 'paid', 'shipped', 'delivered', 'returned', 'cancelled')
                    AND length(country) = 2
                    AND quantity >= 1
                    AND unit_price >= 0
                    AND total >= 0
                    AND currency IN ('EUR', 'USD', 'GBP', 'JPY', 'SEK')
                    AND gift IS NOT NULL) IS TRUE AS accepted
                FROM (
                    SELECT TRY_CAST(order_id AS BIGINT) AS order_id, customer_id, TRY_CAST(order_date AS DATE) AS order_date,
                           TRY_CAST(shipped_at AS TIMESTAMP) AS shipped_at, status, upper(trim(country)) AS country,
                           TRY_CAST(quantity AS BIGINT) AS quantity, TRY_CAST(unit_price AS DOUBLE) AS unit_price,
                           TRY_CAST(total AS DOUBLE) AS total, currency, TRY_CAST(gift AS BOOLEAN) AS gift, note, source
                    FROM read_csv({Quote(file)}, header = true, delim = ',', quote = '"', escape = '"', all_varchar = true,
                                  ignore_errors = true, store_rejects = true) AS source))
            """);
        var accepted = Execute(connection, $"""
            COPY (SELECT * EXCLUDE (accepted, raw) FROM judged WHERE accepted)
            TO {Target(folder, format)}
            """);
        Execute(connection, $"""
            COPY (SELECT raw FROM judged WHERE NOT accepted) TO {Quote(Path.Combine(folder, "rejects.csv"))} (FORMAT csv, HEADER)
            """);
        Execute(connection, $"""
            COPY (SELECT line, column_name, error_type, error_message, csv_line FROM reject_errors)
            TO {Quote(Path.Combine(folder, "ragged.csv"))} (FORMAT csv, HEADER)
            """);
        return accepted;
    }

    /// <summary>Casts, filters and writes in one statement, as a user would type it: it tells of no reject.</summary>
    /// <returns>How many rows were accepted.</returns>
    public static long Copy(string file, string folder, string format)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        return Execute(connection, $$"""
            COPY (
                SELECT * REPLACE (upper(trim(country)) AS country)
                FROM read_csv({{Quote(file)}}, header = true, ignore_errors = true, types = {
                    'order_id': 'BIGINT', 'order_date': 'DATE', 'shipped_at': 'TIMESTAMP', 'quantity': 'BIGINT', 'unit_price': 'DOUBLE',
                    'total': 'DOUBLE', 'gift': 'BOOLEAN'})
                WHERE order_id >= 1 AND customer_id IS NOT NULL AND order_date IS NOT NULL
                    AND status IN ('pending', 'paid', 'shipped', 'delivered', 'returned', 'cancelled')
                    AND length(trim(country)) = 2 AND quantity >= 1 AND unit_price >= 0 AND total >= 0
                    AND currency IN ('EUR', 'USD', 'GBP', 'JPY', 'SEK') AND gift IS NOT NULL)
            TO {{Target(folder, format)}}
            """);
    }

    /// <summary>Reads a file whose columns have types, and writes it.</summary>
    /// <returns>How many rows were accepted.</returns>
    public static long Copy(string file, string folder, string format, IEnumerable<(string Column, string Type)> types)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        var columns = string.Join(", ", types.Select(t => $"{Quote(t.Column)}: {Quote(t.Type)}"));
        return Execute(connection, $$"""
            COPY (SELECT * FROM read_csv({{Quote(file)}}, header = true, ignore_errors = true, columns = { {{columns}} }))
            TO {{Target(folder, format)}}
            """);
    }

    private static string Target(string folder, string format)
    {
        var file = Quote(Path.Combine(folder, $"clean.{format}"));
        return format switch
        {
            "csv" => $"{file} (FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ')",
            "jsonl" => $"{file} (FORMAT json)",
            _ => $"{file} (FORMAT parquet)",
        };
    }

    private static long Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
