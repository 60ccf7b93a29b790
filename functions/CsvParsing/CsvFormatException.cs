namespace Serverless.CsvParsing;

/// <summary>The input cannot be read as CSV at all; trying again does not help.</summary>
/// <param name="message">What is wrong, and where.</param>
/// <param name="position">The raw byte position of the record that cannot be read.</param>
internal sealed class CsvFormatException(string message, long position) : Exception(message)
{
    /// <summary>The raw byte position of the record that cannot be read.</summary>
    public long Position { get; } = position;
}
