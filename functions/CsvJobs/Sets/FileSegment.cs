using Serverless.Csv.Proof;

namespace Serverless.CsvJobs.Sets;

/// <summary>The records of one file in a range.</summary>
/// <param name="File">The file's number.</param>
/// <param name="Rows">How many they are.</param>
/// <param name="Lines">The physical lines that they take.</param>
/// <param name="IsStart">They are the file's first.</param>
/// <param name="Piece">Its bytes as they were read; null where nobody is to prove them.</param>
internal sealed record FileSegment(int File, long Rows, long Lines, bool IsStart, InputPiece? Piece = null);

/// <summary>The records of a file so far.</summary>
/// <param name="Rows">All of them.</param>
/// <param name="Rejected">Those in the rejects.</param>
internal sealed record FileCount(long Rows, long Rejected);

/// <summary>The files as far as ranges are folded.</summary>
/// <param name="Counts">By the number of the file; those that follow have none.</param>
/// <param name="Last">The file that was read last.</param>
/// <param name="Lines">The physical lines of that file before what follows.</param>
internal sealed record FilesSoFar(IReadOnlyList<FileCount> Counts, int Last, long Lines);
