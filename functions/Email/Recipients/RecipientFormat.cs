using Serverless.CsvParsing;

namespace Serverless.Email.Recipients;

/// <summary>The formats of a list of recipients.</summary>
/// <param name="DataStart">The position in bytes of the first recipient.</param>
/// <param name="Columns">The header of a CSV; null for JSON Lines.</param>
/// <param name="Dialect">How the CSV is written; null for JSON Lines.</param>
internal sealed record RecipientFormat(long DataStart, IReadOnlyList<string>? Columns, CsvDialect? Dialect)
{
    /// <summary>A reader of a stream that stands at a recipient's start.</summary>
    /// <param name="stream">The bytes; left open.</param>
    /// <param name="position">Where in the list it stands.</param>
    public IRecipientReader OpenReader(Stream stream, long position) => Columns is null
        ? new JsonLinesRecipients(stream, position)
        : new CsvRecipients(stream, Columns, Dialect!, position);
}
