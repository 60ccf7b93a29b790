using Serverless.Storage;

namespace Serverless.CsvJobs;

/// <summary>A job's id: the same blob, content and options give the same one, which is how work is done once.</summary>
internal static class CsvJobId
{
    /// <summary>The id that the orchestration instance and the output folder share.</summary>
    /// <param name="path">The blob's path within <c>incoming</c>.</param>
    /// <param name="etag">The blob's content as storage names it; empty when the blob is not there yet.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="force">Something unique when the work is to be done again; otherwise empty.</param>
    public static string Create(string path, string etag, CsvJobOptions options, string force = "") =>
        "csv-" + ContentHash.Of(path, etag, options.ToCanonicalJson(), force);
}
