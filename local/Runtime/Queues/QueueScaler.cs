using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Queues;

/// <summary>Asks the app's policy from time to time how many consumers each queue should have.</summary>
internal sealed class QueueScaler(QueueBroker broker, QueueOptions options, TimeProvider time, ILogger<QueueScaler> logger)
    : IHostedService, IQueueConsumers, IDisposable
{
    private readonly List<QueuePump> _pumps = [];
    private readonly Lock _lock = new();
    private PeriodicTimer? _timer;
    private Task _loop = Task.CompletedTask;

    public IReadOnlyList<QueueConsumers> Current =>
        [.. Pumps().Select(p => new QueueConsumers(p.Queue.Name, p.Consumers, p.Busy, p.Options.MaxConsumers))];

    /// <summary>Takes a pump under its control, before that starts.</summary>
    public void Add(QueuePump pump)
    {
        if (options.Scale is { } scale) pump.Consumers = scale(new QueueLoad(pump.Queue.Name, 0, pump.Options.MaxConsumers, 0, 0, 0));
        lock (_lock) _pumps.Add(pump);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Scale is { } scale) _loop = RunAsync(scale, _timer = new PeriodicTimer(options.ScaleInterval, time));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return _loop.WaitAsync(cancellationToken);
    }

    public void Dispose() => _timer?.Dispose();

    private async Task RunAsync(Func<QueueLoad, int> scale, PeriodicTimer timer)
    {
        var machine = new MachineLoad(time);
        while (await timer.WaitForNextTickAsync())
        {
            var (cpu, memory) = machine.Measure();
            foreach (var pump in Pumps()) Decide(pump, scale, cpu, memory);
        }
    }

    private QueuePump[] Pumps()
    {
        lock (_lock) return [.. _pumps];
    }

    private void Decide(QueuePump pump, Func<QueueLoad, int> scale, double cpu, double memory)
    {
        try
        {
            var (before, pending) = (pump.Consumers, broker.CountWaiting(pump.Queue.Name));
            pump.Consumers = scale(new QueueLoad(pump.Queue.Name, before, pump.Options.MaxConsumers, pending, cpu, memory));
            if (pump.Consumers != before) logger.QueueScaled(pump.Queue.Name, before, pump.Consumers, pending);
        }
#pragma warning disable CA1031 // One queue's trouble must not end the scaling of the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ScalingFailed(pump.Queue.Name, e);
        }
    }
}
