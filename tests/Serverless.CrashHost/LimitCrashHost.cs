using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;

namespace Serverless.CrashHost;

/// <summary>Sends tasks of which few may run at once, each by an id of its own, and runs them until none is left.</summary>
internal static class LimitCrashHost
{
    private const int Keys = 5;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(string dataDirectory, string connectionString, string ledgerPath, int count, int minutesAhead)
    {
        await using var ledger = CrashTaskHost.OpenLedger(ledgerPath);
        ledger.Write(Encoding.UTF8.GetBytes("host\n"));
        await using var host = await CrashTaskHost.StartAsync(
            dataDirectory, connectionString, minutesAhead, typeof(LimitedTask), s => s.AddSingleton(ledger));

        // A host that was killed while it sent does not know how far it came: an id that is known is sent once only.
        var tasks = host.Services.GetRequiredService<ITaskClient>();
        for (var number = 0; number < count; number++)
        {
            var args = JsonSerializer.SerializeToElement(new LimitedTask.Args($"k{number % Keys}", number), JsonSerializerOptions.Web);
            await tasks.SendAsync("crash.limited", args, new SendOptions { TaskId = Id(number) });
        }

        var admin = host.Services.GetRequiredService<IQueueAdmin>();
        foreach (var lane in (string[])["default", TaskSlot.Lane])
        {
            while (await admin.CountAsync(lane) is not { Active: 0, Scheduled: 0 }) await Task.Delay(Poll, TimeProvider.System);
        }
    }

    /// <summary>The id of a task.</summary>
    public static string Id(int number) => $"limited-{number}";
}
