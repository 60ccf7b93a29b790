using Azure.Messaging.ServiceBus;
using Serverless.Messaging;
using Serverless.Monitoring;

namespace Serverless.DeadLetters.Endpoints;

/// <summary>A queue, what it holds, and how it is worked off.</summary>
/// <param name="Name">The queue's name.</param>
/// <param name="Active">Messages that wait for a consumer or are being run by one.</param>
/// <param name="Scheduled">Messages that wait for their time.</param>
/// <param name="DeadLettered">Dead letters.</param>
/// <param name="RunsPerMinute">Runs that ended in the last quarter of an hour, a minute.</param>
/// <param name="MaxPriority">The highest priority that a task may be sent with.</param>
/// <param name="Concurrency">Messages of one lane that one instance runs at once.</param>
/// <param name="MaxDeliveryCount">Deliveries before a message is dead-lettered.</param>
/// <param name="RequiresSession">True where every task has a tenant, and a tenant's tasks run one after the other.</param>
/// <param name="Lanes">The Service Bus queues behind it.</param>
/// <param name="Paused">True while no lane of it hands out messages; it goes on taking them in.</param>
/// <param name="MeanMs">The runs' mean duration in milliseconds; null when there were none.</param>
/// <param name="Running">Runs that have not ended, as the instances told within the last seconds.</param>
/// <param name="Oldest">When its oldest active message was sent; null where none is active.</param>
internal sealed record QueueStatus(
    string Name, long Active, long Scheduled, long DeadLettered, double RunsPerMinute,
    int MaxPriority, int Concurrency, int MaxDeliveryCount, bool RequiresSession, IReadOnlyList<LaneStatus> Lanes, bool Paused,
    double? MeanMs = null, int Running = 0, DateTimeOffset? Oldest = null)
{
    /// <summary>The time that the runs go back to.</summary>
    public static readonly TimeSpan Last = TimeSpan.FromMinutes(15);

    /// <summary>From what is known of the lanes; one that the broker does not know is left out.</summary>
    public static QueueStatus From(QueueEntry queue, LaneFacts facts)
    {
        var lanes = queue.Lanes.Where(facts.Counts.ContainsKey).Select(lane => LaneStatus.From(lane, facts)).ToList();
        var all = new TaskTotals();
        foreach (var lane in queue.Lanes)
        {
            if (facts.Runs.TryGetValue(lane, out var totals)) all.Merge(totals);
        }

        return new QueueStatus(
            queue.Name, lanes.Sum(l => l.Active), lanes.Sum(l => l.Scheduled), lanes.Sum(l => l.DeadLettered),
            LaneStatus.CalculatePerMinute(all), queue.MaxPriority, queue.Concurrency, queue.MaxDeliveryCount, queue.RequiresSession, lanes,
            queue.Lanes.All(facts.Paused.Contains), LaneStatus.CalculateMean(all), lanes.Sum(l => l.Running), lanes.Min(l => l.Oldest));
    }
}

/// <summary>The facts about lanes, each by the lane's name.</summary>
/// <param name="Counts">What they hold.</param>
/// <param name="Runs">Their runs of the last time.</param>
/// <param name="Paused">Those that hand nothing out.</param>
/// <param name="Running">Their runs that have not ended.</param>
/// <param name="Oldest">When their oldest active messages were sent.</param>
internal sealed record LaneFacts(
    IReadOnlyDictionary<string, QueueCounts> Counts, IReadOnlyDictionary<string, TaskTotals> Runs, IReadOnlySet<string> Paused,
    IReadOnlyDictionary<string, int> Running, IReadOnlyDictionary<string, DateTimeOffset?> Oldest);

/// <summary>A Service Bus queue, what it holds, and how it is worked off.</summary>
internal sealed record LaneStatus(
    string Name, long Active, long Scheduled, long DeadLettered, double RunsPerMinute, bool Paused, double? MeanMs = null,
    int Running = 0, DateTimeOffset? Oldest = null)
{
    internal static LaneStatus From(string name, LaneFacts facts)
    {
        var (counts, runs) = (facts.Counts[name], facts.Runs.GetValueOrDefault(name));
        return new LaneStatus(
            name, counts.Active, counts.Scheduled, counts.DeadLettered, CalculatePerMinute(runs), facts.Paused.Contains(name),
            CalculateMean(runs), facts.Running.GetValueOrDefault(name), facts.Oldest.GetValueOrDefault(name));
    }

    internal static double CalculatePerMinute(TaskTotals? runs) => Math.Round((runs?.Total ?? 0) / QueueStatus.Last.TotalMinutes, 2);

    internal static double? CalculateMean(TaskTotals? runs) => runs is { Total: > 0 } ? Math.Round(runs.Mean.TotalMilliseconds, 3) : null;
}

/// <summary>A message that waits.</summary>
/// <param name="Id">The task's id; the message's when it is no task.</param>
/// <param name="Lane">The Service Bus queue that it is in.</param>
/// <param name="Number">Its sequence number.</param>
/// <param name="State">Active, scheduled or deferred.</param>
/// <param name="Enqueued">When it was sent.</param>
/// <param name="Deliveries">How often it was delivered.</param>
/// <param name="Bytes">The body's size.</param>
/// <param name="Task">The task's name.</param>
/// <param name="Due">When it becomes active; null unless it is scheduled.</param>
/// <param name="Session">Its session.</param>
internal sealed record WaitingMessage(
    string Id, string Lane, long Number, ServiceBusMessageState State, DateTimeOffset Enqueued, int Deliveries, int Bytes, string? Task =
        null, DateTimeOffset? Due = null, string? Session = null)
{
    /// <summary>As a list shows it.</summary>
    public static WaitingMessage Read(string lane, ServiceBusReceivedMessage message) => new(
        DeadLetter.IdOf(
            message), lane, message.SequenceNumber, message.State, message.EnqueuedTime, message.DeliveryCount,
            message.Body.ToMemory().Length,
        message.Subject, message.State == ServiceBusMessageState.Scheduled ? message.ScheduledEnqueueTime : null, message.SessionId);
}

/// <summary>A page of messages.</summary>
/// <param name="Messages">In the order of their numbers, lane by lane.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record WaitingPage(IReadOnlyList<WaitingMessage> Messages, string? Next = null);
