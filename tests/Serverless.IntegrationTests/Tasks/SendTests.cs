using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Sending of tasks, and what travels.</summary>
[Collection(TaskTests.Name)]
public sealed class SendTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Send_CountdownOrEta_WaitsForItsTime()
    {
        var countdown = await _host.SendAsync(options: new SendOptions { Countdown = Hour });
        var eta = await _host.SendAsync(options: new SendOptions { Eta = _host.Time.GetUtcNow() + (2 * Hour) });

        Assert.Equal(
            (TaskState.Pending, _host.Time.GetUtcNow() + Hour),
            ((await _host.Tasks.GetAsync(countdown))!.State, (await _host.Tasks.GetAsync(countdown))!.Due));
        _host.Time.Advance(Hour);
        await _host.WaitAsync(countdown, TaskState.Success);
        Assert.Equal([countdown], _host.Script.Runs.Select(r => r.Id));
        await _host.SettledAsync();
        _host.Time.Advance(Hour);
        await _host.WaitAsync(eta, TaskState.Success);
    }

    [Fact]
    public async Task Send_EtaInThePast_RunsNow()
    {
        var id = await _host.SendAsync(options: new SendOptions { Eta = _host.Time.GetUtcNow() - Hour });

        Assert.Null((await _host.WaitAsync(id, TaskState.Success)).Due);
    }

    [Fact]
    public async Task Send_TooLateToStart_IsRevokedWithTheReasonAndNoDeadLetter()
    {
        var expires = _host.Time.GetUtcNow() + (Hour / 2);

        var id = await _host.SendAsync(options: new SendOptions { Countdown = Hour, Expires = expires });
        _host.Time.Advance(Hour);

        var task = await _host.WaitAsync(id, TaskState.Revoked);
        Assert.Equal($"Expired at {expires:O}, before it ran.", task.Error!.Message);
        await _host.IdleAsync();
        Assert.Empty(_host.Script.Runs);
        Assert.Empty(await _host.Queues.PeekAsync("default", deadLetters: true, 0, 10));
    }

    [Fact]
    public async Task Send_SameIdTwice_IsOneTask()
    {
        var options = new SendOptions { TaskId = $"same-{Guid.NewGuid():N}" };

        Assert.Equal(options.TaskId, await _host.SendAsync(options: options));
        await _host.WaitAsync(options.TaskId, TaskState.Success);
        await _host.SettledAsync();
        _host.Time.Advance(Hour / 2);
        Assert.Equal(options.TaskId, await _host.SendAsync(options: options));

        await _host.IdleAsync();
        Assert.Single(_host.Script.Runs);
    }

    [Fact]
    public async Task Send_DerivedIdWithOtherArguments_IsTheSameTask()
    {
        var options = new SendOptions { TaskId = $"same-{Guid.NewGuid():N}", IsIdDerived = true, ParentId = "run" };

        await _host.SendAsync(options: options);
        Assert.Equal(options.TaskId, await _host.SendAsync(new ScriptArgs("other"), options with { Queue = "email" }));
        var taken = await Assert.ThrowsAsync<IdTakenException>(() => _host.SendAsync(options: options with { ParentId = "another" }));

        Assert.Equal(["parentId"], taken.Differing);
        await _host.IdleAsync();
        Assert.Single(_host.Script.Runs);
    }

    [Fact]
    public async Task Send_ForgottenId_IsFreeAgain()
    {
        var options = new SendOptions { TaskId = $"again-{Guid.NewGuid():N}" };
        await _host.SendAsync(options: options);
        var done = await _host.WaitAsync(options.TaskId, TaskState.Success);
        Assert.Equal(_host.Time.GetUtcNow() + Hour, done.Forgotten);
        await _host.SettledAsync();
        _host.Time.Advance(Hour + Hour);
        await _host.SendAsync(new ScriptArgs("other"), options);
        await _host.WaitAsync(options.TaskId, TaskState.Success);

        Assert.Equal([null, "other"], _host.Script.Runs.Select(r => r.Args.Text));
    }

    [Fact]
    public async Task Send_IgnoreResult_LeavesNoTrace()
    {
        var id = await _host.SendAsync(new ScriptArgs(new string('x', 100_000)), new SendOptions { IgnoreResult = true });

        await Eventually.TrueAsync(() => !_host.Script.Runs.IsEmpty);
        await _host.IdleAsync();

        Assert.Null(await _host.Tasks.GetAsync(id));
        Assert.Empty(await BlobsAsync(id));
    }

    [Fact]
    public async Task Send_Priority_TakesTheHighLane()
    {
        var options = new SendOptions { Queue = "email", Countdown = Hour };
        await _host.SendAsync(options: options with { Priority = 5 });
        await _host.SendAsync(options: options with { Priority = 6 });

        Assert.Equal((1, 1), ((await _host.Queues.CountAsync("email")).Scheduled, (await _host.Queues.CountAsync("email-high")).Scheduled));
    }

    [Fact]
    public async Task Send_LargeArgumentsAndResult_TravelAsBlobs()
    {
        var text = RandomText(200_000);
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Text);

        var id = await _host.SendAsync(new ScriptArgs(text), new SendOptions { Countdown = Hour });

        var message = Assert.Single(await _host.Queues.PeekAsync("default", deadLetters: false, 0, 10));
        Assert.InRange(message.Body.ToMemory().Length, 1, 1000);
        _host.Time.Advance(Hour);
        var task = await _host.WaitAsync(id, TaskState.Success);
        Assert.Equal(text, task.Result!.Value.GetString());
        Assert.Equal([$"tasks/{id}/args-0-0.json.gz", $"tasks/{id}/result-0-0.json.gz"], await BlobsAsync(id));
    }

    [Fact]
    public async Task Cleanup_TimeToLiveIsOver_StateAndBlobsAreGone()
    {
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Text);
        var large = await _host.SendAsync(new ScriptArgs(RandomText(200_000)), new SendOptions { ResultTtl = Hour / 2 });
        await _host.WaitAsync(large, TaskState.Success);
        var kept = await _host.SendAsync(options: new SendOptions { ResultTtl = 2 * Hour });
        await _host.WaitAsync(kept, TaskState.Success);
        var small = new List<string>();
        for (var i = 0; i < 30; i++) small.Add(await _host.SendAsync());
        foreach (var id in small) await _host.WaitAsync(id, TaskState.Success);
        await _host.SettledAsync();

        _host.Time.Advance(Hour + TimeSpan.FromMinutes(5));
        Assert.Null(await _host.Tasks.GetAsync(large));
        Assert.True(await RowExistsAsync(large));
        await CleanUpAsync();

        foreach (var id in small.Append(large)) Assert.False(await RowExistsAsync(id));
        Assert.Empty(await BlobsAsync(large));
        Assert.NotNull(await _host.Tasks.GetAsync(kept));
    }

    [Fact]
    public async Task Cleanup_DeadLetterWithLargeArguments_KeepsThem()
    {
        _host.Script.Run = (_, _) => throw new TaskValidationException("no");
        var id = await _host.SendAsync(new ScriptArgs(RandomText(200_000)));
        await _host.DeadLetterAsync(id);

        _host.Time.Advance(2 * Hour);
        await CleanUpAsync();

        Assert.False(await RowExistsAsync(id));
        Assert.Equal([$"tasks/{id}/args-0-0.json.gz"], await BlobsAsync(id));
    }

    private Task CleanUpAsync() => ActivatorUtilities.CreateInstance<TaskCleanup>(_host.Services).RunAsync(
        new(_host.Durable), CancellationToken.None);

    private async Task<bool> RowExistsAsync(string id) =>
        (await azurite.Tables.GetTableClient("TaskStates").GetEntityIfExistsAsync<TableEntity>(
            TaskKey.BuildPartition(id), TaskKey.BuildRow(id))).HasValue;

    private async Task<IReadOnlyList<string>> BlobsAsync(string id)
    {
        var container = (await azurite.Containers.GetAllAsync(TaskBlobs.Container))[0];
        return await container.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"tasks/{id}/", CancellationToken.None).Select(b => b.Name)
            .ToListAsync();
    }

    // What gzip cannot make small.
    private static string RandomText(int length)
    {
        var random = new Random(1);
        return string.Create(length, random, (span, r) =>
        {
            foreach (ref var c in span) c = (char)('0' + r.Next(75));
        });
    }
}
