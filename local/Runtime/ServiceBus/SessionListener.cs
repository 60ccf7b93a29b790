using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>Runs a function with the messages of a queue's sessions: several sessions at once, and each in order.</summary>
internal sealed class SessionListener(
    ServiceBusClient client, string queue, ServiceBusSessionProcessorOptions options, Func<Delivery, Task> function,
    ReceiveFailures failures)
    : ITriggerListener
{
    private readonly ServiceBusSessionProcessor _processor = client.CreateSessionProcessor(queue, options);

    public Task CheckAsync(CancellationToken cancellation) =>
        QueueProbe.CheckAsync(client, queue, isSessionsEnabled: true, cancellation);

    public Task StartAsync(CancellationToken cancellation)
    {
        _processor.ProcessMessageAsync += RunAsync;
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

    private async Task RunAsync(ProcessSessionMessageEventArgs received)
    {
        var session = new ReceivedSessionActions(received);
        try
        {
            await function(new Delivery(received.Message, new SessionMessageActions(received), session));
        }
        finally
        {
            if (session.IsReleased) received.ReleaseSession();
        }
    }
}
