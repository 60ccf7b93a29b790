namespace Serverless.Csv.Output;

/// <summary>How the file of clean records is packed.</summary>
internal enum CsvCompression
{
    None,
    Gzip,
}
