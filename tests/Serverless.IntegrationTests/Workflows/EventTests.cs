using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.IntegrationTests.Tasks;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>The event that tells a run of its task is lost, or comes twice.</summary>
[Collection(WorkflowTests.Name)]
public sealed class EventTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Event_Lost_TaskIsLookedUpWhenTheTimerFires()
    {
        await using var host = await WorkflowHost.StartAsync(
            azurite, services => services.AddSingleton<ITaskClient>(p => new Deaf(ActivatorUtilities.CreateInstance<TaskClient>(p))));
        var name = await host.RegisterAsync(
            """[{ "name": "one", "type": "task", "task": "test.script", "args": { "text": "a" } }, { "name": "two", "type": "task", "task": "test.script", "args": { "text": "$.steps.one" } }]""");
        host.Script.Run = (args, _) => Task.FromResult<object?>(args.Text + "!");
        var id = await host.StartRunAsync(name);
        await Eventually.TrueAsync(() => !host.Script.Runs.IsEmpty);

        await Eventually.TrueAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(10));
            return (await host.FindAsync(id)).Status == RunState.Completed;
        });

        Assert.Equal("a!!", (await host.FindAsync(id)).Output!.Value.GetString());
        Assert.Equal(2, host.Script.Runs.Count);
    }

    [Fact]
    public async Task Event_ComesTwice_IsHeardOnce()
    {
        await using var host = await WorkflowHost.StartAsync(azurite);
        var name = await host.RegisterAsync(
            """[{ "name": "one", "type": "task", "task": "test.script" }, { "name": "two", "type": "task", "task": "test.script", "args": { "text": "$.steps.one" } }]""");
        var go = new TaskCompletionSource<object?>();
        host.Script.Run = (args, _) => args.Text is null ? Task.FromResult<object?>("first") : go.Task;
        var id = await host.StartRunAsync(name);
        await Eventually.TrueAsync(() => host.Script.Runs.Count == 2);

        var task = host.Script.Runs.First().Id;
        foreach (var text in new[] { "again", "and again" })
        {
            using var raised = await host.Http.PostAsync(
                new Uri($"/runtime/webhooks/durabletask/instances/{id}/raiseEvent/{TaskCompletion.EventName(task)}", UriKind.Relative),
                JsonContent(new TaskCompletion(task, TaskState.Success, JsonSerializer.SerializeToElement(text))));
            Assert.True(raised.IsSuccessStatusCode);
        }

        go.SetResult("end");

        Assert.Equal("end", (await host.WaitAsync(id, RunState.Completed)).Output!.Value.GetString());
        Assert.Equal("first", host.Script.Runs.Last().Args.Text);
    }

    /// <summary>Whoever dead-letters the task, the run is told: nothing else tells it here.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Event_OfADeadLetteredTask_FailsTheRun(bool isBroker)
    {
        await using var host = new WorkflowHost(await TaskHost.StartAsync(
            azurite, services => services.AddSingleton<IQueueSender, SenderWithoutSchedules>(),
            functions: [.. WorkflowHost.Functions.Where(f => f.Name != BlindLookUpTasks.Name), typeof(BlindLookUpTasks)]));
        var name = await host.RegisterAsync("""[{ "name": "one", "type": "task", "task": "test.script" }]""");
        host.Script.Run = (_, _) => isBroker
            ? throw new InvalidOperationException("The retry cannot be sent, so that the message comes again.")
            : throw new TaskValidationException("It is wrong.");
        var id = await host.StartRunAsync(name);
        await Eventually.TrueAsync(() => !host.Script.Runs.IsEmpty);
        var letter = await host.Tasks.DeadLetterAsync(host.Script.Runs.First().Id);
        if (isBroker)
        {
            Assert.Equal(RunState.Running, (await host.FindAsync(id)).Status);
            host.Time.Advance(TimeSpan.FromMinutes(11));
            await host.Services.GetRequiredService<LostTasks>().SweepAsync(host.Tasks.Durable, CancellationToken.None);
        }

        var run = await host.WaitAsync(id, RunState.Failed);

        Assert.Equal(isBroker ? "Failure" : nameof(TaskValidationException), run.Error!.Type);
        Assert.Contains(isBroker ? $"begun {letter.DeliveryCount} times" : "It is wrong.", run.Error.Message, StringComparison.Ordinal);
    }

    private static StringContent JsonContent(TaskCompletion completion) =>
        new(JsonSerializer.Serialize(completion), System.Text.Encoding.UTF8, "application/json");

    /// <summary>Sends tasks so that nobody is told of their end.</summary>
    private sealed class Deaf(ITaskClient client) : ITaskClient
    {
        public Task<string> SendAsync(
            string name, JsonElement args, SendOptions? options = null, CancellationToken cancellationToken = default) =>
            client.SendAsync(name, args, options! with { NotifyInstance = null }, cancellationToken);

        public Task<IReadOnlyList<SendOutcome>> SendBatchAsync(
            IReadOnlyList<TaskRequest> tasks, CancellationToken cancellationToken = default) =>
            client.SendBatchAsync(
                [.. tasks.Select(t => t with { Options = t.Options! with { NotifyInstance = null } })], cancellationToken);

        public Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default) =>
            client.RevokeAsync(id, cancellationToken);

        public Task<TaskRecord?> GetAsync(string id, CancellationToken cancellationToken = default) =>
            client.GetAsync(id, cancellationToken);
    }
}
