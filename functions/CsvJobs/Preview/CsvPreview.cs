using System.Text.Json.Nodes;
using Serverless.Csv.Summary;

namespace Serverless.CsvJobs.Preview;

/// <summary>The result that a job would have, as the file's beginning tells.</summary>
/// <param name="Delimiter">What parts the fields.</param>
/// <param name="Encoding">How the characters are written.</param>
/// <param name="HasHeader">The first record names the columns.</param>
/// <param name="Schema">The schema that was given, or the one that was inferred.</param>
/// <param name="Inference">How it was inferred; null when it was given.</param>
/// <param name="Notes">What was judged and may be judged wrong.</param>
/// <param name="Columns">The columns' names, in the order of the file.</param>
/// <param name="Rows">The first records.</param>
/// <param name="Sampled">Records that were looked at.</param>
/// <param name="Rejected">How many of these would be rejected.</param>
/// <param name="Forecast">What the job would take.</param>
internal sealed record CsvPreview(
    string Delimiter, string Encoding, bool HasHeader, JsonNode Schema, InferenceSummary? Inference, IReadOnlyList<string> Notes,
    IReadOnlyList<string> Columns, IReadOnlyList<PreviewRow> Rows, long Sampled, long Rejected, PreviewForecast Forecast);

/// <summary>A record before and after.</summary>
/// <param name="Row">Its number, from 1.</param>
/// <param name="Raw">As it stands in the file.</param>
/// <param name="Clean">As it would be written, a line of CSV; null when it would be rejected.</param>
/// <param name="Field">The faulty column; empty when the whole record is meant.</param>
/// <param name="Code">The error code.</param>
/// <param name="Message">What was expected and found.</param>
internal sealed record PreviewRow(long Row, string Raw, string? Clean, string? Field = null, string? Code = null, string? Message = null);

/// <summary>The records, ranges and time of the job, as far as they can be foretold.</summary>
/// <param name="Records">Records of the file, about.</param>
/// <param name="Rejected">How many would be rejected, about.</param>
/// <param name="Ranges">The ranges that it is read in.</param>
/// <param name="Parallel">How many of them are read at once.</param>
/// <param name="MemoryBytes">Buffers at work at once.</param>
/// <param name="Seconds">From the first range to the last; null until a job like it was measured.</param>
internal sealed record PreviewForecast(long Records, long Rejected, int Ranges, int Parallel, long MemoryBytes, double? Seconds);
