namespace Serverless.Local.ServiceBus.Broker;

internal sealed partial class QueueBroker
{
    private const int MaxReasonLength = 4096;

    /// <summary>Deletes a received message.</summary>
    public Task CompleteAsync(Guid token) => SettleAsync(work => MessageSettling.Complete(work, token));

    /// <summary>Gives a received message back; one delivered too often is dead-lettered.</summary>
    public Task AbandonAsync(Guid token, IReadOnlyDictionary<string, object?>? changes = null) =>
        SettleAsync(work => MessageSettling.Abandon(work, token, changes));

    /// <summary>Moves a received message to the dead letters.</summary>
    /// <exception cref="BrokerException">Reason or description have more than 4,096 characters.</exception>
    public Task DeadLetterAsync(Guid token, IReadOnlyDictionary<string, object?>? changes, string? reason, string? description)
    {
        if (Math.Max(reason?.Length ?? 0, description?.Length ?? 0) > MaxReasonLength)
        {
            throw new BrokerException(BrokerFault.InvalidArgument, $"Reason and description have at most {MaxReasonLength} characters.");
        }

        return SettleAsync(work => MessageSettling.DeadLetter(work, token, changes, reason, description));
    }

    /// <summary>Sets a received message aside: only its number gets it from now on.</summary>
    public Task DeferAsync(Guid token, IReadOnlyDictionary<string, object?>? changes = null) =>
        SettleAsync(work => MessageSettling.Defer(work, token, changes));

    /// <summary>Unlocks messages that never reached their receiver; those whose lock has ended are free already.</summary>
    public Task ReturnAsync(IReadOnlyCollection<Guid> tokens) => RunAsync(work =>
    {
        foreach (var token in tokens) MessageSettling.Return(work, token);
        return true;
    });

    /// <summary>Starts the locks of received messages anew, all or none.</summary>
    /// <returns>When each ends, in UTC ticks.</returns>
    public Task<List<long>> RenewAsync(string path, IReadOnlyList<Guid> tokens)
    {
        var entity = _queues.Normalize(path);
        return RunAsync(
            work => tokens.Select(
                token => MessageSettling.Renew(work, entity, token) is var until and > 0 ? until : throw BrokerException.LockLost())
                    .ToList());
    }

    private async Task SettleAsync(Func<BrokerWork, bool> settle)
    {
        if (!await RunAsync(settle)) throw BrokerException.LockLost();
    }
}
