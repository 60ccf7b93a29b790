using System.Text.Json;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Intake;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Local.Queues;
using Serverless.Messaging;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Intake;

[Collection(AzuriteTests.Name)]
public sealed class CsvIntakeTests(AzuriteFixture azurite)
{
    private const string Queue = "incoming";

    private static readonly Type[] Functions =
        [.. typeof(CsvIntake).Assembly.GetTypes()
            .Where(t => t.Namespace?.StartsWith("Serverless.CsvJobs", StringComparison.Ordinal) == true && t != typeof(CsvReconciler))];

    private readonly string _path = $"intake/{Guid.NewGuid():N}.csv";

    [Fact]
    public async Task Event_ToldTwice_StartsOneJob()
    {
        await using var host = await StartAsync(grace: TimeSpan.Zero);
        await DropAsync();

        await SendAsync(host, "1", _path);
        await SendAsync(host, "2", _path);

        await Eventually.EqualAsync(
            CsvJobState.Completed, async () => (await JobsAsync(host)).SingleOrDefault()?.GetState() ?? CsvJobState.Running);
        await Eventually.EqualAsync(new QueueCounts(0, 0, 0), () => CountAsync(host));
        Assert.Single(await JobsAsync(host));
    }

    [Fact]
    public async Task Event_BeforeTheContent_IsLookedAtAgain()
    {
        await using var host = await StartAsync(grace: TimeSpan.Zero);

        await SendAsync(host, "1", _path);
        await SendAsync(host, "2", _path);

        await Eventually.EqualAsync(new QueueCounts(0, 1, 0), () => CountAsync(host));
        Assert.Empty(await JobsAsync(host));
    }

    [Fact]
    public async Task Event_OfAFreshDrop_WaitsForItsGrace()
    {
        await using var host = await StartAsync(grace: TimeSpan.FromHours(1));
        await DropAsync();

        await SendAsync(host, "1", _path);

        await Eventually.EqualAsync(new QueueCounts(0, 1, 0), () => CountAsync(host));
        Assert.Empty(await JobsAsync(host));
    }

    [Fact]
    public async Task Event_OfASchema_StartsNothing()
    {
        await using var host = await StartAsync(grace: TimeSpan.Zero);

        await SendAsync(host, "1", $"{_path}.schema.json");

        await Eventually.EqualAsync(new QueueCounts(0, 0, 0), () => CountAsync(host));
        Assert.Empty(await JobsAsync(host));
    }

    [Fact]
    public async Task Message_ThatIsNoEvent_IsDeadLetteredAtOnce()
    {
        await using var host = await StartAsync(grace: TimeSpan.Zero);

        await host.Host.Services.GetRequiredService<IQueueSender>()
            .SendAsync(Queue, [new OutgoingMessage("1", BinaryData.FromString("?"))]);

        await Eventually.EqualAsync(new QueueCounts(0, 0, 1), () => CountAsync(host));
        var letter = Assert.Single(await host.Host.Services.GetRequiredService<IQueueAdmin>().PeekAsync(Queue, deadLetters: true, 0, 10));
        Assert.Equal("unreadable-event", letter.DeadLetterReason);
        Assert.Equal(1, letter.DeliveryCount);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 20)]
    [InlineData(5, 320)]
    public async Task LookAsync_BlobIsNotThere_WaitsTwiceAsLongEachTime(int look, int seconds)
    {
        await using var host = await StartAsync(grace: TimeSpan.Zero);
        var before = TimeProvider.System.GetUtcNow();

        var due = await Intake(host).LookAsync(Client(host), new BlobEvent(true, Queue, _path, ""), look, CancellationToken.None);

        Assert.True(due >= before.AddSeconds(seconds) && due <= TimeProvider.System.GetUtcNow().AddSeconds(seconds));
    }

    [Fact]
    public async Task LookAsync_BlobNeverCame_GivesUp()
    {
        await using var host = await StartAsync(grace: TimeSpan.Zero);

        Assert.Null(
            await Intake(host)
                .LookAsync(Client(host), new BlobEvent(true, Queue, _path, ""), BlobIntake.MaxLooks - 1, CancellationToken.None));
    }

    private static BlobIntake Intake(TestHost host) => host.Host.Services.GetRequiredService<BlobIntake>();

    private static DurableTaskClient Client(TestHost host) => host.Host.DurableClient;

    private static Task<QueueCounts> CountAsync(TestHost host) => host.Host.Services.GetRequiredService<IQueueAdmin>().CountAsync(Queue);

    private async Task<IReadOnlyList<CsvJobEntity>> JobsAsync(TestHost host)
    {
        var store = host.Host.Services.GetRequiredService<CsvJobStore>();
        var (jobs, _) = await store.ListAsync(100, null, CancellationToken.None);
        return [.. jobs.Where(j => j.Path == _path)];
    }

    private async Task DropAsync()
    {
        var container = await azurite.Containers.GetAsync(Containers.Incoming);
        await container.GetBlobClient(_path).UploadAsync(BinaryData.FromString("id,name\n1,a\n2,b\n"));
    }

    private static Task SendAsync(TestHost host, string id, string path)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            specversion = "1.0",
            type = "Microsoft.Storage.BlobCreated",
            subject = $"/blobServices/default/containers/incoming/blobs/{path}",
            data = new { eTag = "0x1" },
        });
        return host.Host.Services.GetRequiredService<IQueueSender>()
            .SendAsync(Queue, [new OutgoingMessage(id, BinaryData.FromBytes(body))]);
    }

    private Task<TestHost> StartAsync(TimeSpan grace) => TestHost.StartAsync(
        Functions,
        hostJson: File.ReadAllText(Path.Combine(Repository.Root, "host.json")),
        settings: new()
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["Csv:ReconcileGrace"] = grace.ToString(),
        },
        services: (services, configuration) => services.AddServerless(configuration),
        queues: LocalQueues.ReadDefinitions());
}
