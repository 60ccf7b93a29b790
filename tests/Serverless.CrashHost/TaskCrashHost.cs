using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;

namespace Serverless.CrashHost;

/// <summary>Sends tasks, each by an id of its own, and runs them until none is left; says a line with every run.</summary>
internal static class TaskCrashHost
{
    private const int SendsAtOnce = 16;
    private const int BatchSize = 10;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>The batch that the tasks become members of, and the one above it.</summary>
    public const string Batch = "crash-batch", Parent = "crash-parent";

    /// <summary>The numbers that the callbacks of a batch write into the ledger, and that of the one above it.</summary>
    public const int Succeeded = 100_000, Completed = 100_001, ParentCompleted = 100_002;

    public static async Task RunAsync(
        string dataDirectory, string connectionString, string ledgerPath, int count, int minutesAhead, string? batch = null)
    {
        await using var ledger = CrashTaskHost.OpenLedger(ledgerPath);
        await using var host = await CrashTaskHost.StartAsync(
            dataDirectory, connectionString, minutesAhead, typeof(LedgerTask), s => s.AddSingleton(ledger));

        // A host that was killed while it sent does not know how far it came: an id that is known is sent once only.
        var tasks = host.Services.GetRequiredService<ITaskClient>();
        var batches = host.Services.GetRequiredService<BatchClient>();
        if (batch is not null) await OpenAsync(batches, batch);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count).Chunk(BatchSize), new ParallelOptions { MaxDegreeOfParallelism = SendsAtOnce },
            async (numbers, token) => await SendAsync(tasks, numbers, batch, token));
        if (batch is not null) await CloseAsync(batches, batch);

        var admin = host.Services.GetRequiredService<IQueueAdmin>();
        while (await admin.CountAsync("default") is not { Active: 0, Scheduled: 0 }) await Task.Delay(Poll, TimeProvider.System);
    }

    // Every other batch is sent together, and the tasks of the others each by itself.
    private static async Task SendAsync(ITaskClient tasks, int[] numbers, string? batch, CancellationToken token)
    {
        var requests = numbers.Select(number => new TaskRequest(
            "crash.ledger", JsonSerializer.SerializeToElement(new LedgerTask.Args(number), JsonSerializerOptions.Web),
            new SendOptions { TaskId = Id(number), Batch = batch })).ToList();
        if (numbers[0] / BatchSize % 2 == 0)
        {
            foreach (var outcome in await tasks.SendBatchAsync(requests, token))
            {
                if (outcome.Fault is { } fault) throw new InvalidOperationException("A task was refused.", fault);
            }

            return;
        }

        foreach (var request in requests) await tasks.SendAsync(request.Name, request.Args, request.Options, token);
    }

    // Opened and closed by every host, whatever those before it came to.
    private static async Task OpenAsync(BatchClient batches, string batch)
    {
        await batches.OpenAsync(new BatchDefinition { Id = Parent, OnCompletion = Callback(ParentCompleted) }, CancellationToken.None);
        await batches.OpenAsync(
            new BatchDefinition { Id = batch, Parent = Parent, OnSuccess = Callback(Succeeded), OnCompletion = Callback(Completed) },
            CancellationToken.None);
    }

    private static async Task CloseAsync(BatchClient batches, string batch)
    {
        await batches.CloseAsync(Parent, CancellationToken.None);
        await batches.CloseAsync(batch, CancellationToken.None);
        while (await batches.FindAsync(Parent, CancellationToken.None) is not { State: "completed" })
            await Task.Delay(Poll, TimeProvider.System);
    }

    private static BatchCallback Callback(int number) => new(
        "crash.ledger", JsonSerializer.SerializeToElement(new LedgerTask.Args(number), JsonSerializerOptions.Web));

    /// <summary>The id of a task.</summary>
    public static string Id(int number) => $"ledger-{number}";
}
