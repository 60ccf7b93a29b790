using Microsoft.Extensions.DependencyInjection;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Timers;

namespace Serverless.CrashHost;

/// <summary>
/// Sends tasks whose service is down, so that a breaker stops their queue, and goes on until all have run, once it is up again; says a line
/// with every run, and one each time that it looks and finds the queue stopped.
/// </summary>
internal static class CircuitCrashHost
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>The queue that a breaker stops.</summary>
    public const string Queue = "email";

    public static async Task RunAsync(
        string dataDirectory, string connectionString, string ledgerPath, int count, int minutesAhead, bool isUp)
    {
        await using var ledger = CrashTaskHost.OpenLedger(ledgerPath);
        await using var host = await CrashTaskHost.StartAsync(
            dataDirectory, connectionString, minutesAhead, typeof(ChargeTask),
            s => s.AddSingleton(ledger).AddSingleton(new ChargeService(isUp)));

        var tasks = host.Services.GetRequiredService<ITaskClient>();
        for (var number = 0; number < count; number++)
            await tasks.SendAsync("crash.charge", new ChargeTask.Args(number), new SendOptions { TaskId = Id(number) });

        var probe = host.Services.GetServices<ITimedWork>().OfType<QueueProbe>().Single();
        var admin = host.Services.GetRequiredService<IQueueAdmin>();
        var holds = host.Services.GetRequiredService<LaneHolds>();
        do
        {
            if ((await holds.ListAsync(CancellationToken.None)).Count == 2) StepGate.Say("stopped");
            await Task.Delay(Poll, TimeProvider.System);
            await probe.RunAsync(new TimedRun(host.Host.DurableClient), CancellationToken.None);
        }
        while (await admin.CountAsync(Queue) is not { Active: 0, Scheduled: 0 });
    }

    /// <summary>The id of a task.</summary>
    public static string Id(int number) => $"charge-{number}";
}
