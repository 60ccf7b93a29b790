namespace Serverless.CsvParsing;

/// <summary>The lines before a file's first record.</summary>
/// <param name="Names">The header's fields as they stand, blank and doubled ones too; empty without a header.</param>
/// <param name="FirstRecord">The raw position at which the first record starts; the file's length if there is none.</param>
/// <param name="Lines">The physical lines before it.</param>
/// <param name="Skipped">Those of them that are no part of the table: titles and comments.</param>
internal sealed record CsvHeader(IReadOnlyList<string> Names, long FirstRecord, long Lines, long Skipped = 0);
