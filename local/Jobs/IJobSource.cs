using Serverless.CsvJobs;

namespace Serverless.Local.Jobs;

/// <summary>The input of a job: a file, or several.</summary>
internal interface IJobSource
{
    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>The name of the folder for its results.</summary>
    string Stem { get; }

    /// <summary>The bytes of all of it.</summary>
    long Length { get; }

    /// <summary>The option by which a request names it, and its value.</summary>
    (string Option, string Value) Request { get; }

    /// <summary>The Table Schema that lies beside it, or null.</summary>
    string? FindSchema();

    /// <summary>True when all of it lies where a job reads it.</summary>
    Task<bool> IsUploadedAsync(IncomingBlobs incoming, CancellationToken cancellationToken);

    /// <summary>Stores it, with the options of its job, so that the job starts even if this process ends here.</summary>
    Task UploadAsync(IncomingBlobs incoming, Upload upload, CancellationToken cancellationToken);
}
