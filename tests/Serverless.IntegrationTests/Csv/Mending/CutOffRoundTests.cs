using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Mending;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>Rounds that are cut off between the first and the last output that they make visible.</summary>
[Collection(AzuriteTests.Name)]
public sealed class CutOffRoundTests(AzuriteFixture azurite)
{
    private const string Schema = """{"fields":[{"name":"id","type":"integer"},{"name":"note","type":"string"}]}""";
    private const string Wrong = "id,note\n1,a\nx,b\n3,c\n";
    private const string Mended = "id,note\n1,a\n2,b\n3,c\n";

    private static readonly Type[] Functions =
        [typeof(CsvMend), typeof(MendOrchestrator), typeof(StageMend), typeof(CommitMend), typeof(FailMend)];

    private readonly MendPipeline _pipeline = new(azurite);

    [Fact]
    public async Task Terminated_TheNextRoundHasItBroughtToItsEnd()
    {
        var broken = new BrokenWrite();
        await using var host = await CsvHost.StartAsync(
            azurite, overrides: services => services.AddSingleton(broken.Open(azurite.ConnectionString)), functions: Functions);
        var job = await host.RunAsync(
            "mend/cut-off.csv", Encoding.UTF8.GetBytes(Wrong), new JsonObject { ["schema"] = JsonNode.Parse(Schema), ["force"] = true });
        broken.IsOn = true;
        using var first = await PostAsync(host, job.Id, """[{"row":2,"raw":"2,b"}]""");
        await broken.Met.Task.WaitAsync(TimeSpan.FromMinutes(2));
        var instance = MendOrchestrator.IdOf(job.Id, (await host.FindAsync(job.Id)).Mending!);
        await host.Host.DurableClient.TerminateInstanceAsync(instance, "Cut off");
        await host.Host.DurableClient.WaitForInstanceCompletionAsync(instance);
        Assert.Equal(Mended, await host.ReadAsync(job, "clean.csv"));
        Assert.Contains("x,b", await host.ReadAsync(job, "rejects.csv"), StringComparison.Ordinal);
        broken.IsOn = false;

        using var second = await PostAsync(host, job.Id, """[{"row":2,"raw":"7,b"}]""");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Conflict), (first.StatusCode, second.StatusCode));
        Assert.Contains("is brought to its end now", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (job = await host.FindAsync(job.Id)).Mending is null && job.Mended?.Count == 1);
        Assert.Equal((null, 1), (job.Mended![0].Error, (int)job.Mended[0].Accepted));
        Assert.Equal(Mended, await host.ReadAsync(job, "clean.csv"));
        Assert.Equal("row,line,field,code,message,raw\n", await host.ReadAsync(job, "rejects.csv"));
        using var third = await PostAsync(host, job.Id, """[{"row":2,"raw":"7,b"}]""");
        Assert.Equal(HttpStatusCode.Accepted, third.StatusCode);
    }

    [Fact]
    public async Task LeaseBrokenMeanwhile_LeavesThatOutputAloneAndEndsTheOthers()
    {
        var (folder, _) = await _pipeline.RunAsync(Wrong, "mend/broken-lease.csv", new CsvJobOptions(), Schema);
        var task = await _pipeline.BeginAsync(folder, """[{"row":2,"raw":"2,b"}]""");
        await _pipeline.StageAsync(task, azurite.Containers);
        var broken = new BrokenWrite { IsOn = true };
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _pipeline.CommitAsync(task, new Containers(broken.Open(azurite.ConnectionString))));
        var rejects = azurite.Blobs.GetBlobContainerClient("processed").GetBlobClient($"{folder}/rejects.csv");
        await rejects.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        await rejects.UploadAsync(BinaryData.FromString("mine\n"), overwrite: true);

        await _pipeline.CommitAsync(task, azurite.Containers);

        var outputs = await _pipeline.ReadAsync(folder);
        Assert.Equal((Mended, "mine\n"), (Text(outputs, "clean.csv"), Text(outputs, "rejects.csv")));
        var job = await FindAsync(folder);
        Assert.Equal((null, 3), (job.Mending, (int)job.Accepted!));
        Assert.Equal(
            "rejects.csv was replaced since the job wrote it: it was left alone, and all else is mended.", job.GetRounds()[^1].Error);
    }

    [Fact]
    public async Task OutputReplacedBefore_ChangesNothingAndKeepsNoLease()
    {
        var (folder, _) = await _pipeline.RunAsync(Wrong, "mend/foreign.csv", new CsvJobOptions(), Schema);
        var task = await _pipeline.BeginAsync(folder, """[{"row":2,"raw":"2,b"}]""");
        await _pipeline.StageAsync(task, azurite.Containers);
        var processed = azurite.Blobs.GetBlobContainerClient("processed");
        await processed.GetBlobClient($"{folder}/rejects.csv").UploadAsync(BinaryData.FromString("mine\n"), overwrite: true);

        var fault = await Assert.ThrowsAsync<CsvJobException>(() => _pipeline.CommitAsync(task, azurite.Containers));

        Assert.Equal("rejects.csv was replaced since the job wrote it: nothing was changed.", fault.Message);
        Assert.Equal("id,note\n1,a\n3,c\n", Text(await _pipeline.ReadAsync(folder), "clean.csv"));
        await processed.GetBlobClient($"{folder}/clean.csv").UploadAsync(BinaryData.FromString("mine\n"), overwrite: true);
    }

    private static string Text(Dictionary<string, byte[]> outputs, string name) => Encoding.UTF8.GetString(outputs[name]);

    private static Task<HttpResponseMessage> PostAsync(CsvHost host, string id, string body) =>
        host.Http.PostAsync($"csv/{id}/rejects", new ByteArrayContent(Encoding.UTF8.GetBytes(body)));

    private async Task<CsvJobEntity> FindAsync(string folder)
    {
        var store = new CsvJobStore(new LazyTable(azurite.Tables, CsvJobStore.TableName), TimeProvider.System);
        return (await store.FindAsync(JobFolder.IdOf(folder), CancellationToken.None))!;
    }

    /// <summary>Storage that does not take the list of rejects while it is on.</summary>
    private sealed class BrokenWrite : HttpPipelinePolicy
    {
        public bool IsOn { get; set; }

        public TaskCompletionSource Met { get; } = new();

        public BlobServiceClient Open(string connectionString)
        {
            var options = new BlobClientOptions();
            options.AddPolicy(this, HttpPipelinePosition.PerCall);
            return new BlobServiceClient(connectionString, options);
        }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (IsOn && message.Request.Method == RequestMethod.Put
                && message.Request.Uri.PathAndQuery.Contains("/rejects.csv?comp=blocklist", StringComparison.Ordinal))
            {
                Met.TrySetResult();
                throw new InvalidOperationException("Broken.");
            }

            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
