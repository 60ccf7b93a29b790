using Azure.Messaging.ServiceBus;

namespace Serverless.Messaging;

/// <summary>
/// Sends single messages to one lane: those that come while others are on their way travel together in the next batch, each answered
/// for itself.
/// </summary>
internal sealed class LaneSender(ServiceBusSender sender) : IAsyncDisposable
{
    // Enough that the broker is never idle, and few enough that the batches are worth it.
    private const int MaxSends = 2;
    private const int MaxBatch = 100;

    private readonly Lock _lock = new();
    private readonly Queue<WaitingMessage> _waiting = new();
    private int _sends;

    /// <summary>The lane's sender, for what is no single message.</summary>
    public ServiceBusSender Sender => sender;

    /// <summary>Returns once the message is stored.</summary>
    public Task SendAsync(ServiceBusMessage message, CancellationToken cancellationToken)
    {
        // Not every broker takes messages of several sessions in one batch.
        if (message.SessionId is not null) return sender.SendMessageAsync(message, cancellationToken);
        lock (_lock)
        {
            if (_sends == MaxSends)
            {
                var waiting = new WaitingMessage(message, cancellationToken);
                _waiting.Enqueue(waiting);
                return waiting.Sent.WaitAsync(cancellationToken);
            }

            _sends++;
        }

        return SendFirstAsync(message, cancellationToken);
    }

    public ValueTask DisposeAsync() => sender.DisposeAsync();

    private async Task SendFirstAsync(ServiceBusMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await sender.SendMessageAsync(message, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _sends--;
                return;
            }
        }

        // The caller has its answer; what waits belongs to others, and to no trace of this one.
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(SendWaitingAsync, CancellationToken.None);
    }

    private async Task SendWaitingAsync()
    {
        while (Take() is { Count: > 0 } round) await SendAsync(round);
    }

    private List<WaitingMessage> Take()
    {
        lock (_lock)
        {
            var round = new List<WaitingMessage>(Math.Min(_waiting.Count, MaxBatch));
            while (round.Count < MaxBatch && _waiting.TryDequeue(out var next))
            {
                if (!next.IsCancelled) round.Add(next);
            }

            if (round.Count == 0) _sends--;
            return round;
        }
    }

    private async Task SendAsync(List<WaitingMessage> round)
    {
        try
        {
            var next = 0;
            while (next < round.Count) next += await SendBatchAsync(round[next..]);
        }
#pragma warning disable CA1031 // Whoever awaits the messages is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (e is ServiceBusException { IsTransient: true } or ObjectDisposedException)
            {
                foreach (var message in round) message.Fail(e);
                return;
            }

            // One of them is at fault: alone, each shows which.
            foreach (var message in round.Where(m => !m.Sent.IsCompleted)) await SendAloneAsync(message);
        }
    }

    /// <returns>How many of the first messages went with it.</returns>
    private async Task<int> SendBatchAsync(List<WaitingMessage> messages)
    {
        var count = 0;
        if (messages.Count > 1)
        {
            using var batch = await sender.CreateMessageBatchAsync();
            while (count < messages.Count && batch.TryAddMessage(messages[count].Message)) count++;
            if (count > 1) await sender.SendMessagesAsync(batch);
        }

        if (count <= 1)
        {
            await sender.SendMessageAsync(messages[0].Message);
            count = 1;
        }

        foreach (var message in messages[..count]) message.Succeed();
        return count;
    }

    private async Task SendAloneAsync(WaitingMessage message)
    {
        try
        {
            await sender.SendMessageAsync(message.Message);
            message.Succeed();
        }
#pragma warning disable CA1031 // Whoever awaits the message is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            message.Fail(e);
        }
    }

    private sealed class WaitingMessage(ServiceBusMessage message, CancellationToken cancellationToken)
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ServiceBusMessage Message => message;

        public Task Sent => _sent.Task;

        // Nobody waits for it any more, and nothing of it was sent.
        public bool IsCancelled => cancellationToken.IsCancellationRequested;

        public void Succeed() => _sent.TrySetResult();

        public void Fail(Exception exception) => _sent.TrySetException(exception);
    }
}
