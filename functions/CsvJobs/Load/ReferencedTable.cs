using System.Data;
using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.CsvJobs.Load;

/// <summary>A table of the load's database that a foreign key refers to.</summary>
internal sealed class ReferencedTable
{
    /// <summary>The text before a table's name where a file's might stand.</summary>
    public const string Prefix = "table:";

    private readonly NpgsqlDataSource _database;
    private readonly string _sql;

    private ReferencedTable(NpgsqlDataSource database, string sql, IReadOnlyList<SchemaField> fields)
    {
        _database = database;
        _sql = sql;
        Fields = fields;
    }

    /// <summary>The columns that are referred to, with the types of those that refer to them.</summary>
    public IReadOnlyList<SchemaField> Fields { get; }

    /// <summary>Reads <c>table:sales.customers</c>.</summary>
    public static bool TryParse(string text, out QualifiedName name)
    {
        name = new QualifiedName("", "");
        return IsNamed(text) && QualifiedName.TryParse(text[Prefix.Length..], out name);
    }

    /// <summary>True when a table is meant.</summary>
    public static bool IsNamed(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Finds the table, and holds its columns against those that refer to them.</summary>
    /// <param name="database">The load's database.</param>
    /// <param name="text">The table, as <see cref="TryParse"/> reads it.</param>
    /// <param name="schema">The file's schema.</param>
    /// <param name="key">The foreign key.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CsvJobException">There is no such table, it has not these columns, or they are of other types.</exception>
    public static async Task<ReferencedTable> FindAsync(
        NpgsqlDataSource database, string text, TableSchema schema, ForeignKey key, CancellationToken cancellationToken)
    {
        if (!TryParse(text, out var name))
            throw new CsvJobException($"A foreign key refers to \"{text}\", which is no table's name: \"{Prefix}sales.customers\" is one.");
        var table = await TargetTable.FindAsync(database, name, cancellationToken)
            ?? throw new CsvJobException($"There is no table {text[Prefix.Length..]}, which a foreign key refers to.");
        var faults = new List<string>();
        var (fields, values) = (new List<SchemaField>(), new List<string>());
        foreach (var (own, other) in key.Fields.Zip(key.Referenced))
        {
            var field = schema.Fields[schema.PlaceOf(own)];
            if (table.Columns.FirstOrDefault(c => c.Name == other) is not { } column)
            {
                faults.Add($"the table has no column \"{other}\"");
                continue;
            }

            if (!Fits(field.Type, column.Type))
                faults.Add($"\"{own}\" is {FieldTypes.Format(field.Type)} in the file and \"{other}\" {column.Shown} in the table");
            fields.Add(new SchemaField(other) { Type = field.Type, MissingValues = [] });
            values.Add(SelectValue(column));
        }

        return faults.Count == 0
            ? new ReferencedTable(database, $"SELECT {string.Join(", ", values)} FROM {table.Name.Sql}", fields)
            : throw new CsvJobException($"A foreign key cannot refer to {text}: {string.Join("; ", faults)}.");
    }

    /// <summary>Writes the table's values, a row at a time; rows without a value in one of the columns are left out.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many rows there are so far.</returns>
    public async IAsyncEnumerable<long> WriteAsync(
        RecordWriter writer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ColumnCleaner[] cleaners = [.. Fields.Select(f => ColumnCleaners.Create(f, [], CsvOutput.Csv))];
        await using var command = _database.CreateCommand(_sql);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        for (var rows = 1L; await reader.ReadAsync(cancellationToken); rows++)
        {
            writer.Begin();
            var isKey = true;
            for (var i = 0; isKey && i < cleaners.Length; i++)
            {
                isKey = !await reader.IsDBNullAsync(i, cancellationToken)
                    && cleaners[i].Clean(Encoding.UTF8.GetBytes(reader.GetString(i)), writer, ascii: false) is null;
            }

            if (isKey) writer.Commit();
            else writer.Rollback();
            yield return rows;
        }
    }

    private static bool Fits(FieldType field, string column) => field switch
    {
        FieldType.Integer or FieldType.Number => column is "int2" or "int4" or "int8" or "numeric",
        FieldType.String or FieldType.Any => column is "text" or "varchar" or "bpchar" or "uuid",
        FieldType.Boolean => column is "bool",
        FieldType.Date => column is "date",
        _ => false,
    };

    // As text, whatever the database's DateStyle is; a date that no file can have refers to nothing.
    private static string SelectValue(TargetColumn column)
    {
        var name = QualifiedName.Quote(column.Name);
        return column.Type == "date"
            ? $"CASE WHEN {name} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN to_char({name}, 'YYYY-MM-DD') END"
            : $"{name}::text";
    }
}
