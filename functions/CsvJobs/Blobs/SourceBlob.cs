using Azure;

namespace Serverless.CsvJobs.Blobs;

/// <summary>Words what can happen to the file while a job reads it.</summary>
internal static class SourceBlob
{
    /// <summary>Runs a request that names the content the job is about.</summary>
    /// <exception cref="CsvJobException">The blob was replaced or deleted.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> request)
    {
        try
        {
            return await request();
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            throw Replaced(e);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new CsvJobException("The blob was deleted during the job. Nothing was committed; upload it again.", e);
        }
    }

    /// <summary>The file is not the one that the job is about.</summary>
    public static CsvJobException Replaced(Exception? cause = null)
    {
        const string message =
            "The blob was replaced during the job: its ETag is no longer the one the job started with. Nothing was committed; start a " +
            "job for the new content.";
        return cause is null ? new CsvJobException(message) : new CsvJobException(message, cause);
    }
}
