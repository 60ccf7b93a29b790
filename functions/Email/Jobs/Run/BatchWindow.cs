using Serverless.Email.Jobs.Store;

namespace Serverless.Email.Jobs.Run;

/// <summary>
/// The batches of a mail job: hands them out, takes their outcomes in, and keeps those that are to go on. Without a clock and without I/O,
/// so
/// that an orchestrator can replay it.
/// </summary>
internal sealed class BatchWindow(MailRun run)
{
    /// <summary>When so many batches wait for another try, the server wants less, and nothing new is begun.</summary>
    public const int MaxOpen = 200;

    /// <summary>After so many batches the history starts anew.</summary>
    public const int BatchesPerRun = 64;

    // A batch whose other run still works needs time to end.
    private static readonly TimeSpan UnfinishedDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromHours(4);
    private static readonly TimeSpan FirstOutageDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MaxOutageDelay = TimeSpan.FromMinutes(15);

    private readonly MailFacts _facts = run.Facts ?? throw new ArgumentException("The job has no plan yet.", nameof(run));
    private readonly List<OpenBatch> _open = [.. run.Open];
    private readonly List<OpenBatch> _inFlight = [];
    private int _next = run.Next;
    private int _started;
    private MailCounts _counts = run.Counts;
    private int _outages = run.Outages;
    private DateTime? _outageSince = run.OutageSince;

    /// <summary>Somebody ended the job: nothing is begun any more.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The time that the job is to wait for the mail server before a batch tries it again; zero while it need not.</summary>
    public TimeSpan Outage { get; private set; }

    /// <summary>The server's reason when it could not be used.</summary>
    public string? OutageReason { get; private set; }

    /// <summary>Waits for the mail server in a row.</summary>
    public int Outages => _outages;

    /// <summary>Every batch is done.</summary>
    public bool IsComplete => _inFlight.Count == 0 && _open.Count == 0 && _next == _facts.Batches;

    /// <summary>The history is long enough.</summary>
    public bool IsFull => _started >= BatchesPerRun;

    /// <summary>Batches at work.</summary>
    public IReadOnlyList<int> InFlight => [.. _inFlight.Select(b => b.Batch)];

    /// <summary>The counts of the recipients, without those of batches at work.</summary>
    public MailCounts Settled => _inFlight.Aggregate(_counts, (counts, batch) => counts.Subtract(batch.Counted));

    /// <summary>The counts of the recipients.</summary>
    public MailCounts Counts => _counts;

    /// <summary>The state from which the next run starts.</summary>
    public MailRun Run => run with { Next = _next, Counts = _counts, Open = [.. _open], Outages = _outages, OutageSince = _outageSince };

    /// <summary>Measures the time that the mail server could not be used so far.</summary>
    public TimeSpan MeasureOutage(DateTime now) => _outageSince is { } since ? now - since : TimeSpan.Zero;

    /// <summary>When the first of the waiting batches may start; null when none waits.</summary>
    public DateTime? NextDue => _open.Count == 0 ? null : _open.Min(b => b.Due);

    /// <summary>The batches to begin now: first those that go on. After an outage it is one, to see.</summary>
    public IReadOnlyList<BatchTask> Start(DateTime now)
    {
        var tasks = new List<BatchTask>();
        if (IsEnded || Outage > TimeSpan.Zero) return tasks;
        var max = _outages > 0 ? 1 : _facts.Parallel;
        while (_inFlight.Count < max && !IsFull && TakeNext(now) is { } batch)
        {
            _inFlight.Add(batch);
            _started++;
            tasks.Add(new BatchTask(run.JobId, batch.Batch, batch.Attempt, batch.Attempt >= _facts.MaxRetries));
        }

        return tasks;
    }

    /// <summary>Takes a batch's outcome in.</summary>
    public void Complete(BatchTask task, BatchOutcome outcome, DateTime now)
    {
        var batch = _inFlight.Single(b => b.Batch == task.Batch);
        _inFlight.Remove(batch);
        _counts = _counts.Add(outcome.Counts.Subtract(batch.Counted));
        batch = batch with { Counted = outcome.Counts };
        switch (outcome.Stop)
        {
            case BatchStop.JobEnded:
                IsEnded = true;
                break;
            case BatchStop.Unavailable:
                _open.Add(batch with { Due = now });
                if (Outage == TimeSpan.Zero) BeginOutage(outcome, now);
                break;
            case BatchStop.Unfinished:
                _open.Add(batch with { Due = now + UnfinishedDelay });
                EndOutage();
                break;
            default:
                if (outcome.Deferred > 0 && !task.IsLast)
                    _open.Add(batch with { Attempt = batch.Attempt + 1, Due = now + RetryDelay(batch.Attempt) });
                EndOutage();
                break;
        }
    }

    /// <summary>The wait is over.</summary>
    public void Resume() => Outage = TimeSpan.Zero;

    /// <summary>Somebody ended the job.</summary>
    public void End() => IsEnded = true;

    private OpenBatch? TakeNext(DateTime now)
    {
        var due = _open.Where(b => b.Due <= now).MinBy(b => b.Due);
        if (due is not null)
        {
            _open.Remove(due);
            return due;
        }

        return _next < _facts.Batches && _open.Count < MaxOpen ? new OpenBatch(_next++, 0, now, new MailCounts()) : null;
    }

    private void BeginOutage(BatchOutcome outcome, DateTime now)
    {
        var delay = Math.Min(MaxOutageDelay.TotalSeconds, FirstOutageDelay.TotalSeconds * Math.Pow(2, Math.Min(_outages, 10)));
        Outage = TimeSpan.FromSeconds(Math.Max(delay, outcome.RetryAfterSeconds));
        OutageReason = outcome.Reason;
        _outageSince ??= now;
        _outages++;
    }

    private void EndOutage()
    {
        // Batches that began before the outage may still end well; only one that began after it proves that it is over.
        if (Outage > TimeSpan.Zero) return;
        _outages = 0;
        _outageSince = null;
    }

    private TimeSpan RetryDelay(int attempt) =>
        TimeSpan.FromSeconds(Math.Min(MaxRetryDelay.TotalSeconds, _facts.RetryDelaySeconds * Math.Pow(3, Math.Min(attempt, 20))));
}
