using Serverless.Csv.Report;

namespace Serverless.CsvPipeline;

/// <summary>The findings of <c>validate_input</c>.</summary>
/// <param name="Valid">Whether the file can be processed. Single bad records do not matter: they are rejected one by one.</param>
/// <param name="Errors">Why it cannot, each a sentence.</param>
/// <param name="ValidatedRecords">Records of the sample that meet the schema.</param>
/// <param name="RejectedRecords">Records of the sample that do not.</param>
/// <param name="Blob">The file, container included.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Columns">How many columns its schema has.</param>
/// <param name="SchemaIsGiven">The schema was given or lay beside the file; false when it was inferred.</param>
/// <param name="File">For the steps that work on it.</param>
/// <param name="Seconds">How long this took.</param>
/// <param name="Dialect">How it is written; null when that could not be told.</param>
internal sealed record ValidatedInput(
    bool Valid,
    IReadOnlyList<string> Errors,
    long ValidatedRecords,
    long RejectedRecords,
    string Blob,
    long Bytes,
    int Columns,
    bool SchemaIsGiven,
    PipelineFile File,
    double Seconds,
    DialectText? Dialect = null);
