using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Notifications;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Finishing;

/// <summary>The news that a job has ended arrives once, whoever was to tell it is gone, and wherever.</summary>
[Collection(AzuriteTests.Name)]
public sealed class UntoldEndTests(AzuriteFixture azurite)
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly CutOffWrites _writes = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Terminated_BetweenItsEndAndTheTelling_IsToldByTheNextLook(bool purges)
    {
        await using var host = await StartAsync();
        var (client, hook) = (host.Host.DurableClient, CreateHook());
        var path = $"finish/{Guid.NewGuid():N}.csv";
        await host.UploadAsync(path, "id,note\n1,a\n"u8.ToArray());
        var ended = new TaskCompletionSource();
        string? id = null;
        _writes.After = (["\"State\":\"Completed\"", path], TerminateAsync);
        id = await host.StartJobAsync(new JsonObject
        {
            ["blob"] = $"incoming/{path}",
            ["onFinished"] = new JsonObject { ["webhook"] = hook },
        });
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(CsvJobState.Completed, (await host.FindAsync(id)).State);
        var ends = host.Services.GetRequiredService<UntoldEnds>();
        Assert.Empty(await SentAsync(host, hook));

        Assert.Contains(id, await ListAsync(ends));
        Assert.True(await ends.ReconcileAsync(client, id, CancellationToken.None));

        Assert.Equal("Completed", Assert.Single(await SentAsync(host, hook)).Payload.GetProperty("status").GetString());
        Assert.DoesNotContain(id, await ListAsync(ends));
        Assert.False(await ends.ReconcileAsync(client, id, CancellationToken.None));

        async Task TerminateAsync()
        {
            await client.TerminateInstanceAsync(id!, "From outside");
            await client.WaitForInstanceCompletionAsync(id!);
            if (purges) await client.PurgeInstanceAsync(id!);
            ended.SetResult();
        }
    }

    [Fact]
    public async Task Told_NothingIsLeftToLookAt()
    {
        await using var host = await StartAsync();
        var hook = CreateHook();
        var job = await host.RunAsync(
            $"finish/{Guid.NewGuid():N}.csv", "id,note\n1,a\n"u8.ToArray(),
            new JsonObject { ["onFinished"] = new JsonObject { ["webhook"] = hook } });

        await Eventually.TrueAsync(async () => (await SentAsync(host, hook)).Count == 1);

        await Eventually.TrueAsync(
            async () => !(await ListAsync(host.Services.GetRequiredService<UntoldEnds>())).Contains(job.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CutOffAtEachWrite_IsToldOnce(bool isMade)
    {
        await using var host = await StartAsync();
        var (store, teller) = (host.Services.GetRequiredService<CsvJobStore>(), host.Services.GetRequiredService<FinishTeller>());
        var ends = host.Services.GetRequiredService<UntoldEnds>();
        _writes.IsMade = isMade;
        var cutOff = 0;
        for (var isWhole = false; !isWhole;)
        {
            var (id, hook) = ($"csv-{Guid.NewGuid():N}", CreateHook());
            var options = new CsvJobOptions { OnFinished = new FinishTarget { Webhook = hook } }.ToCanonicalJson();
            await store.AddAsync(new CsvJobEntity { RowKey = id, Path = "a.csv", Options = options }, CancellationToken.None);
            _writes.At = cutOff + 1;
            try
            {
                await store.MoveAsync(id, CsvJobState.Failed, null, CancellationToken.None);
                await teller.TellAsync(host.Host.DurableClient, id, CancellationToken.None);
                isWhole = true;
            }
            catch (InvalidOperationException)
            {
                cutOff++;
            }

            _writes.At = null;

            // The activity that ends the job runs again; the one that tells does not.
            await store.MoveAsync(id, CsvJobState.Failed, null, CancellationToken.None);
            foreach (var untold in (await ListAsync(ends)).Where(u => u == id))
                await ends.ReconcileAsync(host.Host.DurableClient, untold, CancellationToken.None);

            Assert.True((await SentAsync(host, hook)).Count == 1, $"cut off at write {cutOff}");
            Assert.DoesNotContain(id, await ListAsync(ends));
        }

        Assert.True(cutOff > 4, $"{cutOff} writes");
    }

    private static string CreateHook() => $"http://127.0.0.1:9/{Guid.NewGuid():N}";

    private static async Task<List<string>> ListAsync(UntoldEnds ends)
    {
        var ids = new List<string>();
        var soon = TimeProvider.System.GetUtcNow().AddMinutes(1);
        await foreach (var id in ends.ListUnendedAsync(soon, CancellationToken.None)) ids.Add(id);
        return ids;
    }

    private static async Task<IReadOnlyList<Notification>> SentAsync(CsvHost host, string hook)
    {
        var (all, next) = (new List<Notification>(), (string?)null);
        do
        {
            (var page, next) = await host.Services.GetRequiredService<NotificationStore>().ListAsync(null, 1_000, next, default);
            all.AddRange(page.Where(n => n.Target == hook));
        }
        while (next is not null);

        return all;
    }

    private Task<CsvHost> StartAsync() => CsvHost.StartAsync(
        azurite, overrides: services => services.AddSingleton(_writes.Open(azurite.ConnectionString)),
        settings: new() { ["Notifications:SigningSecrets"] = Secret, ["Notifications:AllowPrivateAddresses"] = "true" },
        functions: [typeof(TellFinished)], last: services => services.AddSingleton(Mock.Of<ITaskClient>()));
}
