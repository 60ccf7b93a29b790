using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.Queues;

/// <summary>A pump as the host starts and stops it.</summary>
internal sealed class QueueListener(QueuePump pump) : ITriggerListener
{
    public Task StartAsync(CancellationToken cancellation)
    {
        pump.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken deadline)
    {
        await pump.StopAsync(deadline);
        // What still runs holds its token.
        if (pump.Busy == 0) await pump.DisposeAsync();
    }
}
