using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Serverless.Local.ServiceBus.Broker;
using Serverless.Local.ServiceBus.Messages;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>The operations of an entity's <c>$management</c>, by their official names.</summary>
internal sealed class ManagementNode(QueueBroker broker, SessionRegistry sessions, string path, int maxMessageBytes) : IRequestNode
{
    private const string Prefix = "com.microsoft:";
    private const int MaxPage = 250;
    private const int MaxDeleted = 4000;

    // An answer of many large messages is cut: a client that wants more asks again.
    private const int MaxAnswerBytes = 1024 * 1024;

    private readonly string _entity = broker.Queues.Normalize(path);

    public (string Status, string Description) StatusNames => ("statusCode", "statusDescription");

    public Task<Reply> AnswerAsync(string operation, AmqpMessage request)
    {
        var arguments = new RequestArguments(request);
        return (operation.StartsWith(Prefix, StringComparison.Ordinal) ? operation[Prefix.Length..] : "") switch
        {
            "peek-message" => PeekAsync(arguments),
            "renew-lock" => RenewAsync(arguments),
            "schedule-message" => ScheduleAsync(arguments),
            "cancel-scheduled-message" => CancelAsync(arguments),
            "receive-by-sequence-number" => ReceiveAsync(arguments),
            "update-disposition" => SettleAsync(arguments),
            "batch-delete-messages" => DeleteAsync(arguments),
            "renew-session-lock" => RenewSessionAsync(arguments),
            "get-session-state" => GetStateAsync(arguments),
            "set-session-state" => SetStateAsync(arguments),
            "get-message-sessions" => ListSessionsAsync(arguments),
            _ => throw new BrokerException(BrokerFault.NotImplemented, $"There is no operation '{operation}'."),
        };
    }

    private async Task<Reply> PeekAsync(RequestArguments arguments)
    {
        var max = (int)Math.Clamp(arguments.GetNumber("message-count"), 1, MaxPage);
        var found = await broker.PeekAsync(
            _entity, arguments.GetNumber("from-sequence-number"), max, arguments.GetOptional<string>("session-id"));
        if (found.Count == 0) return Reply.Nothing;
        var messages = new List<AmqpMap>();
        for (long bytes = 0; messages.Count < found.Count && bytes < MaxAnswerBytes; bytes += found[messages.Count - 1].Content.Length)
        {
            messages.Add(new AmqpMap { [new MapKey("message")] = MessageWriter.Write(found[messages.Count], broker.ClientsAhead) });
        }

        return Answer("messages", messages);
    }

    private async Task<Reply> RenewAsync(RequestArguments arguments)
    {
        var ends = await broker.RenewAsync(_entity, arguments.GetAll<Guid>("lock-tokens"));
        return Answer("expirations", ends.Select(ClientTime).ToArray());
    }

    private async Task<Reply> ScheduleAsync(RequestArguments arguments)
    {
        var messages = arguments.GetAll<AmqpMap>("messages").Select(map => map[new MapKey("message")] is ArraySegment<byte> encoded
            ? MessageReader.Read(encoded, maxMessageBytes)
            : throw new BrokerException(BrokerFault.InvalidArgument, "A message to schedule is missing.")).ToList();
        return Answer("sequence-numbers", (await broker.SendAsync(_entity, messages)).ToArray());
    }

    private async Task<Reply> CancelAsync(RequestArguments arguments)
    {
        await broker.CancelScheduledAsync(_entity, arguments.GetAll<long>("sequence-numbers"));
        return Reply.Ok;
    }

    private async Task<Reply> ReceiveAsync(RequestArguments arguments)
    {
        var mode = arguments.GetOptional<uint?>("receiver-settle-mode") is 0 ? ReceiveMode.ReceiveAndDelete : ReceiveMode.PeekLock;
        var session = arguments.GetOptional<string>("session-id") is { } id && !EntityPath.IsDeadLetters(_entity)
            ? sessions.Find(_entity, id) : null;
        var found = await broker.ReceiveDeferredAsync(_entity, arguments.GetAll<long>("sequence-numbers"), mode, session);
        return Answer("messages", found.Select(message =>
        {
            var map = new AmqpMap { [new MapKey("message")] = MessageWriter.Write(message, broker.ClientsAhead) };
            if (mode == ReceiveMode.PeekLock) map[new MapKey("lock-token")] = message.LockToken;
            return map;
        }).ToList());
    }

    private async Task<Reply> SettleAsync(RequestArguments arguments)
    {
        var changes = arguments.GetOptional<AmqpMap>("properties-to-modify")?.ToDictionary(
            pair => pair.Key.ToString()!, object? (pair) => pair.Value);
        var status = arguments.Get<string>("disposition-status");
        foreach (var token in arguments.GetAll<Guid>("lock-tokens"))
        {
            await (status switch
            {
                "completed" => broker.CompleteAsync(token),
                "abandoned" => broker.AbandonAsync(token, changes),
                "defered" or "deferred" => broker.DeferAsync(token, changes),
                "suspended" => broker.DeadLetterAsync(
                    token, changes, arguments.GetOptional<string>("deadletter-reason"), arguments.GetOptional<string>(
                        "deadletter-description")),
                _ => throw new BrokerException(BrokerFault.InvalidArgument, $"There is no disposition '{status}'."),
            });
        }

        return Reply.Ok;
    }

    private async Task<Reply> DeleteAsync(RequestArguments arguments)
    {
        // The moment is the client's, and so are the times of messages that it compares with.
        var before = arguments.GetOptional<DateTime?>("enqueued-time-utc") is { } time
            ? new DateTimeOffset(time, TimeSpan.Zero) - broker.ClientsAhead : broker.Now;
        var deleted = await broker.DeleteAsync(_entity, (int)Math.Clamp(arguments.GetNumber("message-count"), 1, MaxDeleted), before);
        return deleted == 0 ? Reply.Nothing : Answer("message-count", deleted);
    }

    private async Task<Reply> RenewSessionAsync(RequestArguments arguments)
    {
        var session = Session(arguments);
        await broker.RenewAsync(session);
        return Answer("expiration", ClientTime(session.LockedUntil));
    }

    private async Task<Reply> GetStateAsync(RequestArguments arguments)
    {
        var state = await broker.GetStateAsync(Session(arguments));
        return Answer("session-state", state is null ? null : (object)new ArraySegment<byte>(state));
    }

    private async Task<Reply> SetStateAsync(RequestArguments arguments)
    {
        var state = arguments.GetOptional<ArraySegment<byte>?>("session-state");
        if (state?.Count > maxMessageBytes)
            throw new BrokerException(BrokerFault.MessageTooLarge, $"A session's state has at most {maxMessageBytes} bytes.");
        await broker.SetStateAsync(Session(arguments), state?.ToArray());
        return Reply.Ok;
    }

    private async Task<Reply> ListSessionsAsync(RequestArguments arguments)
    {
        var (skip, top) =
            ((int)Math.Clamp(arguments.GetNumber("skip"), 0, int.MaxValue - MaxPage), (int)Math.Clamp(
                arguments.GetNumber("top"), 1, MaxPage));
        // The end of all time means: whatever their state.
        DateTimeOffset? stateSetAfter = arguments.GetOptional<DateTime?>("last-updated-time") is { } time
            && time.Year < DateTime.MaxValue.Year
            ? new DateTimeOffset(time, TimeSpan.Zero) - broker.ClientsAhead : null;
        var found = await broker.ListSessionsAsync(_entity, stateSetAfter, skip, top);
        return found.Count == 0
            ? Reply.Nothing
            : new Reply(200, new AmqpMap { [new MapKey("skip")] = skip + found.Count, [new MapKey("sessions-ids")] = found.ToArray() });
    }

    private SessionLock Session(RequestArguments arguments) => sessions.Find(_entity, arguments.Get<string>("session-id"));

    private DateTime ClientTime(long ticks) => new(ticks + broker.ClientsAhead.Ticks, DateTimeKind.Utc);

    private static Reply Answer(string name, object? value) => new(200, new AmqpMap { [new MapKey(name)] = value! });
}
