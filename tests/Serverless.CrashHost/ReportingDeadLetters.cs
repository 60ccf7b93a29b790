using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Messaging;

namespace Serverless.CrashHost;

/// <summary>Says a line before every dead letter that is deleted: when its copy is sent already.</summary>
internal sealed class ReportingDeadLetters(IQueueAdmin inner) : IQueueAdmin
{
    /// <summary>Puts it before the app's own.</summary>
    public static void Decorate(IServiceCollection services)
    {
        var own = services.Last(service => service.ServiceType == typeof(IQueueAdmin)).ImplementationType!;
        services.AddSingleton<IQueueAdmin>(p => new ReportingDeadLetters((IQueueAdmin)ActivatorUtilities.CreateInstance(p, own)));
    }

    public Task<QueueCounts> CountAsync(string lane, CancellationToken cancellationToken = default) =>
        inner.CountAsync(lane, cancellationToken);

    public Task<IReadOnlyDictionary<string, QueueCounts>> CountAllAsync(CancellationToken cancellationToken = default) =>
        inner.CountAllAsync(cancellationToken);

    public Task<IReadOnlySet<string>> ListPausedAsync(CancellationToken cancellationToken = default) =>
        inner.ListPausedAsync(cancellationToken);

    public Task SetReceivingAsync(string lane, bool isOpen, CancellationToken cancellationToken = default) =>
        inner.SetReceivingAsync(lane, isOpen, cancellationToken);

    public Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(
        string lane, bool deadLetters, long from, int max, CancellationToken cancellationToken = default) =>
        inner.PeekAsync(lane, deadLetters, from, max, cancellationToken);

    public Task<int> PurgeAsync(string lane, bool deadLetters, int max, CancellationToken cancellationToken = default) =>
        inner.PurgeAsync(lane, deadLetters, max, cancellationToken);

    public IDeadLetterReceiver ReceiveDeadLetters(string lane) => new Receiver(inner.ReceiveDeadLetters(lane));

    private sealed class Receiver(IDeadLetterReceiver inner) : IDeadLetterReceiver
    {
        public Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(int max, CancellationToken cancellationToken) =>
            inner.ReceiveAsync(max, cancellationToken);

        public Task<bool> CompleteAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
        {
            StepGate.Say("deletes");
            return inner.CompleteAsync(message, cancellationToken);
        }

        public Task ReleaseAsync(ServiceBusReceivedMessage message) => inner.ReleaseAsync(message);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
