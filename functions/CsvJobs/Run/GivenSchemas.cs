using Azure;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs.Blobs;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>Finds the schema of a job: what its request gave, or what lies beside the file.</summary>
internal sealed class GivenSchemas(Containers containers)
{
    /// <summary>Null when there is none, and it has to be inferred.</summary>
    /// <exception cref="CsvJobException">The schema beside the file is at fault.</exception>
    public async Task<TableSchema?> FindAsync(JobFolder folder, CsvJobInput job, CancellationToken cancellationToken)
    {
        if (job.Options.SchemaHash is not null)
        {
            var given = await folder.GivenSchema.DownloadContentAsync(cancellationToken);
            return Parse(given.Value.Content.ToString(), "the request");
        }

        return await FindBesideAsync(job.Path, cancellationToken);
    }

    /// <summary>The schema that lies beside a file; null when none does.</summary>
    /// <exception cref="CsvJobException">It is at fault.</exception>
    public async Task<TableSchema?> FindBesideAsync(
        string path, CancellationToken cancellationToken, string container = Containers.Incoming)
    {
        var incoming = await containers.GetAsync(container, cancellationToken);
        foreach (var name in IncomingBlobs.ListSchemasBeside(path))
        {
            try
            {
                var beside = await incoming.GetBlobClient(name).DownloadContentAsync(cancellationToken);
                return Parse(beside.Value.Content.ToString(), $"{container}/{name}");
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                // Not this name, then.
            }
        }

        return null;
    }

    private static TableSchema Parse(string json, string origin)
    {
        var parsed = TableSchemaParser.Parse(json);
        return parsed.Schema ?? throw new CsvJobException($"The schema of {origin} is at fault: {string.Join("; ", parsed.Faults)}");
    }
}
