namespace Serverless.CsvJobs.Blobs;

/// <summary>Counts what is asked of storage by readers that follow each other.</summary>
internal sealed class ReadCount
{
    public int Requests { get; set; }

    public long Bytes { get; set; }
}
