namespace Serverless.Csv.Values;

/// <summary>A record's first fault in field order.</summary>
/// <param name="Field">The column's name; empty when the whole record is meant.</param>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">What was expected and found, and how many more faults the record has.</param>
internal readonly record struct RecordFault(string Field, string Code, string Message);
