namespace Serverless.Csv.Output;

/// <summary>The packings of the clean records.</summary>
internal enum CsvCompression
{
    None,
    Gzip,
}
