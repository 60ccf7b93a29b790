namespace Serverless.CsvJobs;

/// <summary>The new files that this host knows to have a job: saves a look-up for each of them at the next run.</summary>
internal sealed class ReconciledBlobs
{
    private volatile HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>True when the file was there at the last run.</summary>
    public bool Contains(string key) => _keys.Contains(key);

    /// <summary>Keeps what this run has seen, and forgets what is gone.</summary>
    public void Replace(HashSet<string> keys) => _keys = keys;
}
