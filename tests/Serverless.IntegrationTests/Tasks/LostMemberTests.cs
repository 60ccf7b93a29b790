using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Monitoring.Changes;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Members of a batch whose messages are gone, and hosts that die while they say so.</summary>
[Collection(TaskTests.Name)]
public sealed class LostMemberTests(AzuriteFixture azurite) : MemberBatchTestBase(azurite)
{
    private const int MaxWrites = 100;

    private readonly AzuriteFixture _azurite = azurite;

    [Fact]
    public async Task Sweep_HostDiesAtAnyWrite_TheNextOneCountsTheMemberOnce()
    {
        var deaths = 0;
        for (var hasDied = true; hasDied; deaths++)
        {
            Assert.InRange(deaths, 0, MaxWrites);
            var batch = $"{Id}-{deaths}";
            await OpenAsync(new { id = batch, onFailure = Callback(), onCompletion = Callback() });
            var lost = await SendRowOnlyAsync(batch);
            await Service<BatchCounter>().CountAsync(batch, lost, MemberChange.Added);
            await CloseAsync(batch);
            await Host.SettledAsync();
            Host.Time.Advance(TimeSpan.FromMinutes(11));

            hasDied = await Record.ExceptionAsync(() => SweepAsync(CreateDying(deaths))) is not null;
            await SweepAsync(Service<LostTasks>());
            await SweepAsync(Service<LostTasks>());

            var ended = await ShowAsync(batch);
            Assert.Equal(("completed", 1, 1), (ended.State, ended.Total, ended.Failed));
            await Host.WaitAsync($"batch-{batch}-failure", TaskState.Success);
            await Host.WaitAsync($"batch-{batch}-completion", TaskState.Success);
            Assert.Equal(TaskState.Failure, (await Host.Tasks.GetAsync(lost))!.State);
        }

        // That of the failure, of its count, of what is told of it, of the batch's end in two steps, and of what is told of that.
        Assert.InRange(deaths, 7, MaxWrites);
    }

    [Fact]
    public async Task Sweep_MessageComesAfterAllBeforeItIsCounted_CountsWhatItCameTo()
    {
        await OpenAsync(new { id = Id, onFailure = Callback() });
        var lost = await SendRowOnlyAsync(Id);
        await Service<BatchCounter>().CountAsync(Id, lost, MemberChange.Added);
        await CloseAsync();
        Host.Time.Advance(TimeSpan.FromMinutes(11));
        var row = await Service<WaitingTasks>().ListUnendedAsync(Host.Time.GetUtcNow(), CancellationToken.None)
            .FirstAsync(task => task.Id == lost);
        Assert.NotNull(await Service<WaitingTasks>().TryFailAsync(row, "Lost.", CancellationToken.None));

        var queue = Service<Messaging.QueueCatalog>().Find("default");
        await Host.Sender.SendAsync(
            "default", [TaskEnvelope.Write(Message(lost, Id) with { Resent = true }, queue)], CancellationToken.None);
        await Host.WaitAsync(lost, TaskState.Success);
        await CompletedAsync();
        await SweepAsync(Service<LostTasks>());

        var ended = await ShowAsync();
        Assert.Equal((1, 1, 0, null), (ended.Total, ended.Succeeded, ended.Failed, ended.FirstFailure));
        Assert.Null(await Host.Tasks.GetAsync($"batch-{Id}-failure"));
    }

    [Fact]
    public async Task Sweep_TaskThatItsClosedBatchRefused_IsNoMember()
    {
        await OpenAsync(new { id = Id });
        await Service<BatchCounter>().CountAsync(Id, "at-work", MemberChange.Added);
        await CloseAsync();

        // As of a sender between whose look at the batch and whose note it was closed.
        var refused = await SendRowOnlyAsync(Id);
        Host.Time.Advance(TimeSpan.FromMinutes(11));
        await SweepAsync(Service<LostTasks>());

        Assert.Equal(TaskState.Failure, (await Host.Tasks.GetAsync(refused))!.State);
        await Service<BatchFollowUp>().EndAsync(Id, "at-work", MemberChange.Succeeded, CancellationToken.None);
        var ended = await CompletedAsync();
        Assert.Equal((1, 1, 0), (ended.Total, ended.Succeeded, ended.Failed));
    }

    /// <summary>A look for lost tasks by a host that dies after so many writes.</summary>
    private LostTasks CreateDying(int writes)
    {
        var life = new Life(writes);
        var options = new TableClientOptions { Retry = { MaxRetries = 0 } };
        options.AddPolicy(life, HttpPipelinePosition.PerCall);
        var tables = new TableServiceClient(_azurite.ConnectionString, options);
        var members = new LazyTable(tables, BatchKeys.MembersTable);
        var followUp = new BatchFollowUp(
            new BatchStore(new LazyTable(tables, BatchKeys.TableName)), new BatchCounter(members), new BatchTotals(members),
            Service<TaskRegistry>(), new DyingTasks(Host.Tasks, life), Host.Time, NullLogger<BatchFollowUp>.Instance);
        var waiting = new WaitingTasks(new LazyTable(tables, TaskRows.TableName), Host.Time, Service<ChangeLog>());
        return ActivatorUtilities.CreateInstance<LostTasks>(Host.Services, waiting, followUp);
    }

    private Task<int> SweepAsync(LostTasks lost) => lost.SweepAsync(Host.Durable, CancellationToken.None);

    private async Task<string> SendRowOnlyAsync(string batch)
    {
        var message = Message(Guid.NewGuid().ToString("N"), batch);
        await Host.Store.MarkSentAsync(message, "default", due: null);
        return message.Id;
    }

    private TaskMessage Message(string id, string batch) => new()
    {
        Id = id,
        Task = "demo.add",
        Args = JsonSerializer.SerializeToElement(new { a = 1, b = 2 }),
        Enqueued = Host.Time.GetUtcNow(),
        ResultTtlSeconds = 3600,
        Batch = batch,
    };

    private sealed class DiedException() : Exception("The host died.");

    /// <summary>Lets so many writes through; whoever makes the next one is dead from then on.</summary>
    private sealed class Life(int writes) : HttpPipelinePolicy
    {
        private int _left = writes;

        public void Write()
        {
            if (Interlocked.Decrement(ref _left) < 0) throw new DiedException();
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            throw new NotSupportedException("The app waits for no request.");

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var isCreation = message.Request.Uri.Path.EndsWith("/Tables", StringComparison.Ordinal);
            if (Volatile.Read(ref _left) < 0) throw new DiedException();
            if (message.Request.Method != RequestMethod.Get && !isCreation) Write();
            return ProcessNextAsync(message, pipeline);
        }
    }

    private sealed class DyingTasks(ITaskClient tasks, Life life) : ITaskClient
    {
        public Task<string> SendAsync(
            string name, JsonElement args, SendOptions? options = null, CancellationToken cancellationToken = default)
        {
            life.Write();
            return tasks.SendAsync(name, args, options, cancellationToken);
        }

        public Task<IReadOnlyList<SendOutcome>> SendBatchAsync(
            IReadOnlyList<TaskRequest> tasks, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<TaskRecord?> GetAsync(string id, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
