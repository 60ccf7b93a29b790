using System.Text;

namespace Serverless.CsvJobs.Load;

/// <summary>A table's name within a database, and how identifiers stand in a statement.</summary>
/// <param name="Schema">The schema; empty for the connection's own.</param>
/// <param name="Name">The table.</param>
internal sealed record QualifiedName(string Schema, string Name)
{
    // NAMEDATALEN - 1: PostgreSQL cuts longer identifiers off without a word.
    private const int MaxIdentifierBytes = 63;

    /// <summary>The name as it stands in a statement.</summary>
    public string Sql => Schema.Length == 0 ? Quote(Name) : $"{Quote(Schema)}.{Quote(Name)}";

    /// <summary>The name as a text for functions that take a table or a sequence.</summary>
    public string Literal => QuoteText(Sql);

    /// <summary>An identifier as it stands in a statement: within quotes, its own quotes doubled.</summary>
    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text as it stands in a statement.</summary>
    public static string QuoteText(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Reads <c>table</c> or <c>schema.table</c>.</summary>
    public static bool TryParse(string text, out QualifiedName name)
    {
        var parts = text.Split('.');
        name = parts.Length == 2 ? new QualifiedName(parts[0], parts[1]) : new QualifiedName("", text);
        return parts.Length <= 2
            && parts.All(p => p.Length > 0 && Encoding.UTF8.GetByteCount(p) <= MaxIdentifierBytes && !p.Contains('\0'));
    }

    /// <summary>Another table of the same schema.</summary>
    public QualifiedName WithName(string name) => this with { Name = name };
}
