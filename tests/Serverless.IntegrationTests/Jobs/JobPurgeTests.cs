using System.Text.Json.Nodes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.Email.Jobs;
using Serverless.Email.Jobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Email;
using Serverless.IntegrationTests.Workflows;
using Serverless.Jobs;
using Serverless.TestSupport;
using Serverless.Workflows;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Jobs;

/// <summary>
/// Jobs of every kind whose orchestrations were started, ended from outside, and deleted before their ends were noted: that is no
/// reason to run them again.
/// </summary>
public sealed class JobPurgeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(11);

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    /// <summary>Its history may be deleted before anybody asks how it ended: that is no reason to run it again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_CsvJobThatWasTerminatedAndPurged_Fails(bool isLookedAt)
    {
        await using var host = await CsvHost.StartAsync(azurite, _time);
        var id = await host.StartJobAsync(new JsonObject { ["blob"] = "incoming/begin/missing.csv" });
        await BegunAsync(async () => (await host.Services.GetRequiredService<CsvJobStore>().FindAsync(id, default))!);
        await PurgeAsync(host.Host.DurableClient, id);
        _time.Advance(Long);

        if (!isLookedAt) await JobReconcilerTests.RunAsync(host.Services, host.Host.DurableClient);

        var status = await host.WaitAsync(id);
        Assert.Equal((CsvJobState.Failed, IJobRow.Lost), (status.State, status.Error));
        Assert.Null(await host.Host.DurableClient.GetInstanceAsync(id));
    }

    [Fact]
    public async Task Start_CsvJobThatWasLostAndIsAskedForAgain_RunsIt()
    {
        await using var host = await CsvHost.StartAsync(azurite, _time);
        var request = new JsonObject { ["blob"] = $"incoming/begin/{Guid.NewGuid():N}.csv" };
        var id = await host.StartJobAsync(request);
        await BegunAsync(async () => (await host.Services.GetRequiredService<CsvJobStore>().FindAsync(id, default))!);
        await PurgeAsync(host.Host.DurableClient, id);
        Assert.Equal(CsvJobState.Failed, (await host.WaitAsync(id)).State);

        Assert.Equal(id, await host.StartJobAsync(request));

        Assert.Equal((CsvJobState.Running, null), (await host.FindAsync(id) is var status ? (status.State, status.Error) : default));
        await host.Host.DurableClient.TerminateInstanceAsync(id);
    }

    [Fact]
    public async Task Run_MailJobThatWasTerminatedAndPurged_Fails()
    {
        await using var host = await EmailHost.StartAsync(azurite, new() { ["Smtp:From"] = "a@example.org" }, _time);
        var store = host.Services.GetRequiredService<MailJobStore>();
        var id = $"mail-{Guid.NewGuid():N}";
        await store.AddAsync(new MailJobEntity { RowKey = id, Description = "job.json" }, default);
        await store.BeginAsync(id, default);
        _time.Advance(Long);

        await JobReconcilerTests.RunAsync(host.Services, host.Host.DurableClient);

        var job = (await store.FindAsync(id, default))!;
        Assert.Equal((MailJobState.Failed, IJobRow.Lost), (job.GetState(), job.Error));
        Assert.Null(await host.Host.DurableClient.GetInstanceAsync(id));
    }

    [Fact]
    public async Task Run_WorkflowRunThatWasTerminatedAndPurged_Fails()
    {
        await using var host = await WorkflowHost.StartAsync(azurite);
        var name = await host.RegisterAsync("""[{ "name": "one", "type": "task", "task": "test.script" }]""");
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Script.Run = async (_, _) =>
        {
            begun.SetResult();
            await end.Task;
            return null;
        };
        var id = await host.StartRunAsync(name);
        await begun.Task;
        await host.WaitAsync(id, RunState.Running);
        await PurgeAsync(host.Tasks.Durable, id);
        end.SetResult();
        host.Time.Advance(Long);

        await JobReconcilerTests.RunAsync(host.Services, host.Tasks.Durable);

        var run = await host.FindAsync(id);
        Assert.Equal((RunState.Failed, "Lost"), (run.Status, run.Error!.Type));
        Assert.Null(await host.Tasks.Durable.GetInstanceAsync(id));
    }

    /// <summary>It was started: that its first activity never ran is no reason to run it again.</summary>
    [Fact]
    public async Task Run_CsvJobThatWasTerminatedAndPurgedBeforeItsFirstActivity_Fails()
    {
        await using var host = await CsvHost.StartAsync(azurite, _time);
        var starter = host.Services.GetRequiredService<CsvJobStarter>();
        var id = await starter.StartAsync(
            LateClient(host.Host.DurableClient, _time), "begin/early.csv", "1", new CsvJobOptions(), schemaJson: null, force: false,
            default);
        await PurgeAsync(host.Host.DurableClient, id);
        _time.Advance(Long);

        await JobReconcilerTests.RunAsync(host.Services, host.Host.DurableClient);

        var status = await host.WaitAsync(id);
        Assert.Equal((CsvJobState.Failed, IJobRow.Lost), (status.State, status.Error));
        Assert.Null(await host.Host.DurableClient.GetInstanceAsync(id));
    }

    [Fact]
    public async Task Run_MailJobThatWasTerminatedAndPurgedBeforeItsFirstActivity_Fails()
    {
        await using var host = await EmailHost.StartAsync(azurite, new() { ["Smtp:From"] = "a@example.org" }, _time);
        var store = host.Services.GetRequiredService<MailJobStore>();
        var id = $"mail-{Guid.NewGuid():N}";
        var job = await store.AddAsync(new MailJobEntity { RowKey = id, Description = "job.json" }, default);
        await host.Services.GetRequiredService<MailJobStarter>().ResumeAsync(LateClient(host.Host.DurableClient, _time), job, default);
        await PurgeAsync(host.Host.DurableClient, id);
        _time.Advance(Long);

        await JobReconcilerTests.RunAsync(host.Services, host.Host.DurableClient);

        job = (await store.FindAsync(id, default))!;
        Assert.Equal((MailJobState.Failed, IJobRow.Lost), (job.GetState(), job.Error));
        Assert.Null(await host.Host.DurableClient.GetInstanceAsync(id));
    }

    [Fact]
    public async Task Run_WorkflowRunThatWasTerminatedAndPurgedBeforeItsFirstActivity_Fails()
    {
        await using var host = await WorkflowHost.StartAsync(azurite);
        var name = await host.RegisterAsync("""[{ "name": "one", "type": "task", "task": "test.script" }]""");
        var run = await host.Services.GetRequiredService<RunStore>().AddAsync(
            new RunRecord($"run-{Guid.NewGuid():N}", name, 1, RunState.Pending, host.Time.GetUtcNow()), default);
        await host.Services.GetRequiredService<RunStarter>().ResumeAsync(LateClient(host.Tasks.Durable, host.Time), run, default);
        await PurgeAsync(host.Tasks.Durable, run.Id);
        host.Time.Advance(Long);

        await JobReconcilerTests.RunAsync(host.Services, host.Tasks.Durable);

        var view = await host.FindAsync(run.Id);
        Assert.Equal((RunState.Failed, "Lost"), (view.Status, view.Error!.Type));
        Assert.Null(await host.Tasks.Durable.GetInstanceAsync(run.Id));
    }

    /// <summary>Whoever started it died before that was noted: the orchestration that is there is taken for it, and noted.</summary>
    [Fact]
    public async Task Run_CsvJobWhoseStartWasNotNoted_NotesItOnceItIsSeen()
    {
        await using var host = await CsvHost.StartAsync(azurite, _time);
        var id = await JobReconcilerTests.BeginCsvAsync(host, "begin/late.csv", "id\n1\n"u8.ToArray(), new CsvJobOptions());
        await LateClient(host.Host.DurableClient, _time).ScheduleNewOrchestrationInstanceAsync(
            nameof(CsvJobOrchestrator), null, new StartOrchestrationOptions(id));
        _time.Advance(Long);
        await JobReconcilerTests.RunAsync(host.Services, host.Host.DurableClient);
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Host.DurableClient.GetInstanceAsync(id))!.RuntimeStatus);

        await PurgeAsync(host.Host.DurableClient, id);
        await JobReconcilerTests.RunAsync(host.Services, host.Host.DurableClient);

        Assert.Equal(IJobRow.Lost, (await host.WaitAsync(id)).Error);
    }

    /// <summary>The host's own client, whose orchestrations run nothing before they are ended.</summary>
    private static DurableTaskClient LateClient(DurableTaskClient client, TimeProvider time)
    {
        var late = new Mock<DurableTaskClient>("late");
        late.Setup(c => c.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .Returns((string id, bool withInput, CancellationToken token) => client.GetInstanceAsync(id, withInput, token));
        late.Setup(c => c.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((TaskName name, object? input, StartOrchestrationOptions? options, CancellationToken token) =>
                client.ScheduleNewOrchestrationInstanceAsync(
                    name, input, new StartOrchestrationOptions(options!.InstanceId, time.GetUtcNow().AddDays(1)), token));
        return late.Object;
    }

    private static Task BegunAsync<TJob>(Func<Task<TJob>> find)
        where TJob : IJobRow => Eventually.TrueAsync(async () => (await find()).IsBegun);

    private static async Task PurgeAsync(DurableTaskClient client, string id)
    {
        await client.TerminateInstanceAsync(id);
        await Eventually.TrueAsync(async () => (await client.GetInstanceAsync(id))!.IsCompleted);
        await client.PurgeInstanceAsync(id);
        await Eventually.TrueAsync(async () => await client.GetInstanceAsync(id) is null);
    }
}
