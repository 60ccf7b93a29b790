using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>Statements of a load.</summary>
internal static class LoadStatements
{
    /// <summary>A statement with its values, <c>$1</c> the first. It belongs to the transaction that the connection is in.</summary>
    public static NpgsqlCommand CreateStatement(this NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public static async Task<long> ExecuteAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = connection.CreateStatement(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Asks for one value.</summary>
    public static async Task<T> ReadScalarAsync<T>(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = connection.CreateStatement(sql, values);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
