namespace Serverless.CsvJobs;

/// <summary>A job cannot succeed, and trying again does not help: its file, its options or its rejects are at fault.</summary>
internal sealed class CsvJobException : Exception
{
    public CsvJobException()
    {
    }

    public CsvJobException(string message)
        : base(message)
    {
    }

    public CsvJobException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
