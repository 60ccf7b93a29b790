using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Serverless.Storage;

namespace Serverless.Email.Jobs;

/// <summary>The blobs of one mail job: <c>mail/jobs/&lt;id&gt;/</c>.</summary>
internal sealed class MailFolder(BlobContainerClient mail, string id)
{
    /// <summary>The request of the job, by the name that the job's row has.</summary>
    public BlobClient GetDescription(string name) => mail.GetBlobClient(PathOf(name));

    /// <summary>The recipients that a request brought along.</summary>
    public static string NameRecipients(string id, string request) => PathOf(id, $"recipients-{request}.jsonl");

    /// <summary>The division into batches.</summary>
    public BlobClient Plan => mail.GetBlobClient(PathOf("plan.json"));

    /// <summary>The position of each batch in the list: 8 bytes for each, low byte first.</summary>
    public BlockBlobClient Index => mail.GetBlockBlobClient(PathOf("index"));

    /// <summary>The recipients whose address stands earlier in the list: one bit for each recipient.</summary>
    public BlockBlobClient Repeats => mail.GetBlockBlobClient(PathOf("repeats"));

    /// <summary>The recipients that were not sent to, and why.</summary>
    public BlockBlobClient FailedSends => mail.GetBlockBlobClient(PathOf("failed_sends.csv"));

    /// <summary>The name of a blob, container included.</summary>
    public static string NameOf(BlobBaseClient blob) =>
        string.Create(CultureInfo.InvariantCulture, $"{blob.BlobContainerName}/{blob.Name}");

    /// <summary>The path of one of a job's blobs; without a name, what all of them begin with.</summary>
    public static string PathOf(string id, string name) => $"jobs/{id}/{name}";

    /// <summary>Opens a job's folder.</summary>
    public static async Task<MailFolder> OpenAsync(Containers containers, string id, CancellationToken cancellationToken) =>
        new(await containers.GetAsync(new BlobName(Containers.Mail, PathOf(id, "")), cancellationToken), id);

    private string PathOf(string name) => PathOf(id, name);
}
