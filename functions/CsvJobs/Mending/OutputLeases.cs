using Azure;
using Azure.Storage.Blobs.Specialized;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// Keeps others from writing outputs while a round makes several of them visible. A lease has the round's id and no end, so that whoever
/// goes on with the round after a crash has it too.
/// </summary>
internal sealed class OutputLeases(JobFolder folder, string round)
{
    /// <summary>The id of all leases.</summary>
    public string Id { get; } = Guid.Parse(round).ToString();

    /// <summary>Takes the lease of an output.</summary>
    /// <returns>What keeps it from that; null for nothing.</returns>
    public async Task<string?> TakeAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await Open(name).AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: cancellationToken);
            return null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return $"{name} was deleted since the job wrote it";
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return $"Somebody else has a lease on {name}";
        }
    }

    /// <summary>Gives all leases of a round back that has changed nothing, or was given up.</summary>
    public static async Task ReleaseAsync(JobFolder folder, string round, CancellationToken cancellationToken)
    {
        if (await MendCommit.FindAsync(folder, round, cancellationToken) is { } commit)
            await new OutputLeases(folder, round).ReleaseAsync(commit.Outputs, cancellationToken);
    }

    /// <summary>Gives the leases of outputs back; those that were not taken are none of ours.</summary>
    public async Task ReleaseAsync(IEnumerable<MendedOutput> outputs, CancellationToken cancellationToken)
    {
        foreach (var output in outputs.Where(o => o.ETag is not null))
        {
            try
            {
                await Open(output.Name).ReleaseAsync(cancellationToken: cancellationToken);
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
            {
                // It is another's, or nobody's.
            }
        }
    }

    private BlobLeaseClient Open(string name) => folder.GetOutput(name).GetBlobLeaseClient(Id);
}
