using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.CsvParsing.Encodings;
using Serverless.Email.Jobs;
using Serverless.Email.Jobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.IntegrationTests.Email;
using Serverless.IntegrationTests.Workflows;
using Serverless.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Jobs;

/// <summary>Jobs of every kind that were recorded by somebody who died before their orchestrations were started.</summary>
public sealed class JobReconcilerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(11);

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Run_CsvJobThatNeverBegan_IsRunAsItWasAskedFor()
    {
        var options = new CsvJobOptions(CsvOutput.Jsonl, Delimiter: ";", Encoding: CsvEncoding.Windows1252) { NullValues = ["-"] };
        await using var host = await CsvHost.StartAsync(azurite, _time);
        var id = await BeginCsvAsync(host, "begin/a.csv", Encoding.Latin1.GetBytes("id;name\n1;Zo\u00eb\n2;-\n"), options);

        await RunAsync(host.Services, host.Host.DurableClient);
        Assert.Null(await host.Host.DurableClient.GetInstanceAsync(id));
        _time.Advance(Long);
        await RunAsync(host.Services, host.Host.DurableClient);

        var status = await host.WaitAsync(id);
        Assert.Equal((CsvJobState.Completed, null), (status.State, status.Error));
        Assert.Equal("{\"id\":1,\"name\":\"Zo\u00eb\"}\n{\"id\":2,\"name\":null}\n", await host.ReadAsync(status, "clean.jsonl"));
        var (jobs, _) = await host.Services.GetRequiredService<CsvJobStore>().ListAsync(100, null, default);
        Assert.Contains(id, jobs.Select(j => j.RowKey));
    }

    [Fact]
    public async Task Run_OneJobThatCannotBeRead_LeavesTheOthersTheirTurn()
    {
        await using var host = await CsvHost.StartAsync(azurite, _time);
        var store = host.Services.GetRequiredService<CsvJobStore>();
        await store.AddAsync(new CsvJobEntity { RowKey = "0-broken", Path = "x.csv", BlobETag = "1", Options = "{" }, default);
        var id = await BeginCsvAsync(host, "begin/b.csv", "id\n1\n"u8.ToArray(), new CsvJobOptions());
        _time.Advance(Long);

        await RunAsync(host.Services, host.Host.DurableClient);

        Assert.Equal(CsvJobState.Completed, (await host.WaitAsync(id)).State);
        await store.MoveAsync("0-broken", CsvJobState.Failed, null, default);
    }

    [Fact]
    public async Task Run_CsvJobThatWasTerminatedAndNobodyLookedAt_Ends()
    {
        await using var host = await CsvHost.StartAsync(azurite, _time);
        var id = await host.StartJobAsync(new JsonObject { ["blob"] = "incoming/begin/missing.csv" });

        // Durable has the turned clock, the table its own.
        _time.Advance(TimeSpan.FromMinutes(1));
        await host.Host.DurableClient.TerminateInstanceAsync(id);
        await Eventually.TrueAsync(async () => (await host.Host.DurableClient.GetInstanceAsync(id))!.IsCompleted);
        _time.Advance(Long);

        await RunAsync(host.Services, host.Host.DurableClient);

        Assert.Equal(CsvJobState.Cancelled, (await host.Services.GetRequiredService<CsvJobStore>().FindAsync(id, default))!.GetState());
    }

    [Fact]
    public async Task Run_MailJobThatNeverBegan_IsSentOnce()
    {
        await using var host = await EmailHost.StartAsync(azurite, new() { ["Smtp:From"] = "a@example.org" }, _time);
        var recipients = await host.StartJobAsync(EmailHost.Request("ada@example.org"));
        await host.WaitAsync(recipients);
        var store = host.Services.GetRequiredService<MailJobStore>();
        var known = (await store.FindAsync(recipients, default))!;

        // What is stored before the orchestration is started, of a job of its own.
        var id = $"mail-{Guid.NewGuid():N}";
        var folder = $"mail/jobs/{recipients}/{known.Description}";
        var job = JsonSerializer.Deserialize<MailJob>(await host.ReadAsync(folder))! with { Id = id };
        await host.UploadAsync("mail", $"jobs/{id}/job-1.json", JsonSerializer.Serialize(job));
        await store.AddAsync(new MailJobEntity { RowKey = id, Request = known.Request, Description = "job-1.json" }, default);
        _time.Advance(Long);
        await RunAsync(host.Services, host.Host.DurableClient);
        await RunAsync(host.Services, host.Host.DurableClient);

        var status = await host.WaitAsync(id);
        Assert.Equal((MailJobState.Completed, 1), (status.State, status.Result!.Successful));
    }

    /// <summary>Wherever the starter dies, the run is run or was never recorded.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task Run_WorkflowRunWhoseStarterDied_IsRunOrUnknown(int write, bool arrives)
    {
        await using var host = await WorkflowHost.StartAsync(azurite);
        var name = await host.RegisterAsync(
            """[{"name": "add", "type": "task", "task": "demo.add", "args": {"a": "$.input.a", "b": 2}}]""");
        var runs = host.Services.GetRequiredService<RunStore>();
        var run = new RunRecord($"run-{Guid.NewGuid():N}", name, 1, RunState.Pending, host.Time.GetUtcNow().AddTicks(7))
        {
            TotalSteps = 1,
            Input = new(JsonSerializer.SerializeToElement(new { a = 1 })),
        };

        // The first write is the table's creation.
        var dying = new DyingWriter(write, arrives);
        var table = new LazyTable(dying.OpenTables(azurite.ConnectionString), RunStore.TableName);
        var start = () => ActivatorUtilities.CreateInstance<RunStore>(host.Services, table).AddAsync(run, default);
        await Assert.ThrowsAsync<InvalidOperationException>(start);
        host.Time.Advance(Long);
        await RunAsync(host.Services, host.Tasks.Durable);

        if (await runs.FindAsync(run.Id, default) is not null) await host.WaitAsync(run.Id, RunState.Completed);
        else Assert.True(write < 4);

        // Whoever was not answered asks again.
        var again = await host.StartRunAsync(name, new { a = 1 }, $"{run.Id}-again");
        await host.WaitAsync(again, RunState.Completed);
        var listed = await host.Services.GetRequiredService<RunIndex>().ListAsync(new RunQuery(null, name, 100, null), default);
        Assert.Equal(write < 4 ? 1 : 2, listed.Runs.Count);
    }

    internal static async Task<string> BeginCsvAsync(CsvHost host, string path, byte[] content, CsvJobOptions options)
    {
        await host.UploadAsync(path, content);
        var etag = await host.Services.GetRequiredService<IncomingBlobs>().FindETagAsync(path, default);
        var id = CsvJobId.Create(path, etag, options);
        await host.Services.GetRequiredService<CsvJobStore>().AddAsync(
            new CsvJobEntity { RowKey = id, Path = path, BlobETag = etag, Options = options.ToCanonicalJson() }, default);
        return id;
    }

    internal static Task RunAsync(IServiceProvider services, DurableTaskClient client) =>
        ActivatorUtilities.CreateInstance<JobReconciler>(services).RunAsync(new(client), CancellationToken.None);
}
