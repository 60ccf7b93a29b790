using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>Runs a function with each message of a queue, some at once.</summary>
internal sealed class MessageListener(
    ServiceBusClient client, string queue, ServiceBusProcessorOptions options, Func<Delivery, Task> function, ReceiveFailures failures)
    : ITriggerListener
{
    private readonly ServiceBusProcessor _processor = client.CreateProcessor(queue, options);

    public Task CheckAsync(CancellationToken cancellation) =>
        QueueProbe.CheckAsync(client, queue, isSessionsEnabled: false, cancellation);

    public Task StartAsync(CancellationToken cancellation)
    {
        _processor.ProcessMessageAsync += received =>
            function(new Delivery(received.Message, new ReceivedMessageActions(received), SessionActions: null));
        _processor.ProcessErrorAsync += failures.HandleAsync;
        return _processor.StartProcessingAsync(cancellation);
    }

    public async Task StopAsync(CancellationToken deadline)
    {
        failures.Stop();
        await _processor.StopProcessingAsync(CancellationToken.None).WaitAsync(deadline);
        await _processor.DisposeAsync();
        failures.Dispose();
    }
}
