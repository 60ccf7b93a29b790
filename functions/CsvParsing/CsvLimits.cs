namespace Serverless.CsvParsing;

/// <summary>The limits of one record. The values are part of the format: every reader of a file must use the same.</summary>
/// <param name="BufferBytes">What is read at a time; the buffer grows beyond it only for a record that needs more.</param>
/// <param name="MaxRecordBytes">A record over this is taken for a quote that was never closed.</param>
/// <param name="MaxFields">A record is not divided into more fields; the last holds what is left. A power of two, at least 64.</param>
internal sealed record CsvLimits(int BufferBytes, int MaxRecordBytes, int MaxFields)
{
    public static CsvLimits Default { get; } = new(256 * 1024, 32 * 1024 * 1024, 1024 * 1024);
}
