using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Csv.Proof;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Verification;

/// <summary>A job that is deleted or mended while somebody compares its results: what is gone is told, and the rest compared.</summary>
[Collection(AzuriteTests.Name)]
public sealed class VanishingOutputTests(AzuriteFixture azurite)
{
    private const string Told = "was deleted or replaced while it was compared";

    private static readonly string Text =
        "id,name\n" + string.Concat(Enumerable.Range(1, 2_000).Select(i => $"{i},name {i}\n")) + "x,y,z\n";

    [Fact]
    public async Task Output_ThatIsDeletedWhenItIsOpened_IsTold()
    {
        var differences = await VerifyAsync("deleted", async blob =>
        {
            await blob.DeleteAsync();
            return await blob.OpenReadAsync();
        });

        Assert.Equal([("clean.csv", Told)], differences.Select(d => (d.File, d.Message)));
    }

    [Fact]
    public async Task Output_ThatIsReplacedWhileItIsRead_IsTold()
    {
        var differences = await VerifyAsync("replaced", async blob =>
        {
            var stream = await blob.OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = 1_000 });
            await blob.UploadAsync(BinaryData.FromString(Text), overwrite: true);
            return stream;
        });

        Assert.Equal([("clean.csv", Told)], differences.Select(d => (d.File, d.Message)));
    }

    [Fact]
    public async Task Input_ThatIsDeletedMeanwhile_IsTold()
    {
        var path = $"vanishing/{Guid.NewGuid():N}.csv";
        var outputs = await new Jobs.CsvPipeline(azurite).RunAsync(
            Encoding.UTF8.GetBytes(Text), path, new CsvJobOptions());
        var blob = (await azurite.Containers.GetAsync(Containers.Incoming)).GetBlobClient(path);
        await blob.DeleteAsync();

        var verification = await VerifiedOutputs.VerifyAsync(outputs, [new FoundInput("input", path, token => blob.OpenReadAsync(
            cancellationToken: token))]);

        Assert.Equal([(path, Told)], verification.Differences.Select(d => (d.File, d.Message)));
    }

    private async Task<IReadOnlyList<ProofDifference>> VerifyAsync(string name, Func<BlobClient, Task<Stream>> open)
    {
        var pipeline = new Jobs.CsvPipeline(azurite);
        var outputs = await pipeline.RunAsync(
            Encoding.UTF8.GetBytes(Text), $"vanishing/{name}-{Guid.NewGuid():N}.csv", new CsvJobOptions());
        var folder = await JobFolder.OpenAsync(azurite.Containers, pipeline.LastFolder, CancellationToken.None);
        var verification = await JobVerifier.RunAsync(
            outputs["summary.json"], [.. outputs.Keys],
            output => output == "clean.csv"
                ? open(Open(folder, output)) : Task.FromResult<Stream>(new MemoryStream(outputs[output])),
            _ => null, CancellationToken.None);
        return verification.Differences;
    }

    private BlobClient Open(JobFolder folder, string output) =>
        new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient(Containers.Processed)
            .GetBlobClient(folder.GetOutput(output).Name);
}
