using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Endpoints;
using Serverless.Local.Queues;
using Serverless.Local.ServiceBus;
using Serverless.Local.Storage;
using Serverless.Monitoring.Health;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Endpoints;
using Serverless.Tasks.Running;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>A real host and a real Azurite on a disk that is full.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int DiskMegabytes = 32;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MountFact]
    public async Task Upload_LargerThanTheDisk_Is507AndLeavesNothing()
    {
        using var disk = SmallDisk.Mount(_folder.Path, $"size={DiskMegabytes}m");
        await using var azurite = await StartAzuriteAsync();
        await using var host = await StartHostAsync(azurite);

        // Sent in pieces, as a stream of unknown length, so that much of it is stored before the disk is full.
        using var body = new StreamContent(new MemoryStream(new byte[2 * DiskMegabytes * 1024 * 1024]));
        using var answer = await host.Http.PutAsync("api/csv/large.csv", body);

        await AssertFullAsync(answer);
        var blobs = new BlobContainerClient(azurite.ConnectionString, Containers.Incoming).GetBlobs(
            new GetBlobsOptions { States = BlobStates.All });
        Assert.Empty(blobs);
    }

    [MountFact]
    public async Task Full_TasksAre507AndHealthSaysSo_UntilThereIsSpaceAgain()
    {
        using var disk = SmallDisk.Mount(_folder.Path, $"size={DiskMegabytes}m");
        await using var azurite = await StartAzuriteAsync();
        await using var host = await StartHostAsync(azurite);
        await SendUntilAsync(host, HttpStatusCode.Accepted);
        Assert.Equal((HttpStatusCode.OK, "healthy", "healthy"), await HealthAsync(host));
        Fill();

        await AssertFullAsync(await SendUntilAsync(host, HttpStatusCode.InsufficientStorage));

        // What storage had begun ends in the space that it keeps for this; then it takes nothing more.
        await Eventually.EqualAsync((HttpStatusCode.ServiceUnavailable, "unhealthy", "unhealthy"), () => HealthAsync(host));

        File.Delete(Path.Combine(_folder.Path, "filler"));
        await SendUntilAsync(host, HttpStatusCode.Accepted);
        await Eventually.EqualAsync((HttpStatusCode.OK, "healthy", "healthy"), () => HealthAsync(host));
    }

    [MountFact]
    public async Task Start_FolderIsReadOnly_SaysThatItCannotWrite()
    {
        using var disk = SmallDisk.Mount(_folder.Path, "size=1m,ro");

        var result = await CommandProcess.RunAsync(Path.GetTempPath(), "--port", "0", "--data", Path.Combine(_folder.Path, "data"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Cannot write to the data folder", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Another process", result.Errors, StringComparison.Ordinal);
    }

    private Task<AzuriteProcess> StartAzuriteAsync() =>
        AzuriteProcess.StartAsync(
            Path.Combine(_folder.Path, "azurite"), new Progress<string>(), TimeProvider.System, CancellationToken.None);

    private async Task<TestHost> StartHostAsync(AzuriteProcess azurite)
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName;
        return await TestHost.StartAsync(
            [typeof(CsvUpload), typeof(CsvJobOrchestrator), typeof(TaskFunctions), typeof(HealthFunctions), typeof(QueueFunctions),
                typeof(LongTask)],
            data,
            """{"functionTimeout":"-1","extensions":{"serviceBus":{"autoCompleteMessages":false}}}""",
            new() { ["AzureWebJobsStorage"] = azurite.ConnectionString, ["Health:Remember"] = "00:00:00" },
            (services, configuration) => services.AddServerless(configuration).AddWritableQueuesCheck(
                provider => Task.FromResult<LocalServiceBus?>(provider.GetRequiredService<LocalServiceBus>())),
            queues: LocalQueues.ReadDefinitions());
    }

    // A little fits at times, between two pieces of the filler.
    private void Fill()
    {
        using var filler = new FileStream(
            Path.Combine(_folder.Path, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = 1 << 20; size > 0; size >>= 1)
        {
            try
            {
                while (true) filler.Write(new byte[size]);
            }
            catch (IOException)
            {
                // That size does not fit any more; a smaller one may.
            }
        }
    }

    private static async Task<HttpResponseMessage> SendUntilAsync(TestHost host, HttpStatusCode status)
    {
        HttpResponseMessage? answer = null;
        await Eventually.TrueAsync(async () =>
        {
            answer?.Dispose();
            answer = await host.Http.PostAsJsonAsync("api/tasks/demo.add", new { args = new { a = 1, b = 2 } });
            return answer.StatusCode == status;
        });
        return answer!;
    }

    private static async Task<(HttpStatusCode Status, string? Storage, string? Queues)> HealthAsync(TestHost host)
    {
        using var answer = await host.Http.GetAsync("api/health");
        var checks = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checks");
        return (answer.StatusCode, checks.GetProperty("storage").GetString(), checks.GetProperty("queues").GetString());
    }

    private static async Task AssertFullAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.InsufficientStorage, $"{answer.StatusCode} {body}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("is full", body, StringComparison.Ordinal);
    }
}
