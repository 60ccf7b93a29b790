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

    public async Task StopAsync(CancellationToken deadline) => await pump.StopAsync(deadline);
}
