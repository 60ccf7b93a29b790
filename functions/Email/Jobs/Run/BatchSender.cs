using MimeKit;
using Serverless.Email.Jobs.Store;
using Serverless.Email.Recipients;
using Serverless.Email.Sending;
using Serverless.Email.Templates;
using Serverless.Jobs;
using Serverless.Resilience;

namespace Serverless.Email.Jobs.Run;

/// <summary>
/// Sends the messages of a batch, one after the other over one connection. The ledger is written after each answer: a crash in between
/// repeats the one message whose answer it did not hold, under the same Message-Id, and no other.
/// </summary>
internal sealed class BatchSender(
    MailPlans plans, MailLedger ledger, SuppressionList suppressions, IMailTransport transport, TimeProvider time)
{
    // A connection that breaks off at each of so many tries of one message is no accident, and not its neighbours' fault.
    private const int MaxReconnects = 3;

    private const string Repeated = "This address stands earlier in the list: one mail goes to each.";

    // RFC 5321: the server closed the channel.
    private const int ServiceClosing = 421;

    /// <summary>Sends what is left of a batch.</summary>
    internal async Task<BatchOutcome> RunAsync(BatchTask task, JobCancellationScope watch, CancellationToken cancellationToken)
    {
        var mail = await plans.LoadAsync(task.JobId, cancellationToken);
        var book = await ledger.OpenAsync(task.JobId, task.Batch, task.Attempt, cancellationToken);
        if (book.Attempt > task.Attempt) return Outcome(book);

        var recipients = await ReadAsync(mail.Plan, task, book.Next, cancellationToken);
        var suppressed = await suppressions.FindAsync(recipients.Select(r => r.Recipient.To), cancellationToken);
        var repeats = await plans.FindRepeatsAsync(mail.Plan, task.Batch, cancellationToken);
        var limiter = new SendRateLimiter(mail.Plan.Share, time);
        await using var line = new SmtpConnection(transport);
        foreach (var (index, recipient) in recipients)
        {
            try
            {
                // Whatever is checked here is checked between messages: one that is on its way is waited for, so that the ledger is right.
                watch.Token.ThrowIfCancellationRequested();
                var fault = recipient.Fault;
                if (fault is not null || !Mailbox.TryParse(recipient.To, out var to, out fault))
                {
                    await book.MarkFailedAsync(new FailedSend(index, recipient.To, null, fault), cancellationToken);
                }
                else if (suppressed.Contains(Mailbox.Normalize(to)))
                {
                    await book.MarkSuppressedAsync(index, cancellationToken);
                }
                else if (repeats(index))
                {
                    await book.MarkFailedAsync(new FailedSend(index, recipient.To, null, Repeated), cancellationToken);
                }
                else
                {
                    await limiter.WaitAsync(watch.Token);
                    await SendAsync(mail, task, book, line, index, recipient, to, watch.Token);
                }
            }
            catch (OperationCanceledException) when (Stop(watch) is not BatchStop.None)
            {
                return Outcome(book, Stop(watch));
            }
            catch (MailUnavailableException e)
            {
                return Outcome(book, BatchStop.Unavailable, e.Message);
            }
            catch (CircuitOpenException e)
            {
                return Outcome(book, BatchStop.Unavailable, e.Message, e.RetryAfter);
            }
        }

        return Outcome(book);
    }

    private async Task<List<(long Index, Recipient Recipient)>> ReadAsync(
        MailPlan plan, BatchTask task, long next, CancellationToken cancellationToken)
    {
        var first = (long)task.Batch * plan.BatchSize;
        var deferred = task.Attempt == 0
            ? null : await ledger.ListDeferredAsync(task.JobId, first, first + plan.CountOf(task.Batch), cancellationToken);
        var recipients = new List<(long, Recipient)>();
        var (reader, stream) = await plans.OpenBatchAsync(plan, task.Batch, cancellationToken);
        await using var ownedStream = stream;
        using var owned = reader;
        var index = first - 1;
        do
        {
            while (reader.TryRead())
            {
                if (++index >= next && deferred?.Contains(index) != false) recipients.Add((index, reader.Read()));
            }
        }
        while (await reader.FillAsync(cancellationToken));

        return recipients;
    }

    private async Task SendAsync(
        PreparedMail mail, BatchTask task, BatchLedger book, SmtpConnection line, long index, Recipient recipient, MailboxAddress to,
        CancellationToken cancellationToken)
    {
        FailedSend failed;
        try
        {
            using var message = await mail.ComposeAsync(index, recipient, to, time.GetUtcNow());
            await line.SendAsync(message, cancellationToken);
            await book.MarkSentAsync(index, CancellationToken.None);
            return;
        }
        catch (TemplateException e)
        {
            failed = new FailedSend(index, recipient.To, null, e.Message);
        }
        catch (MailRefusedException e) when (e.IsTemporary && !task.IsLast)
        {
            await book.MarkDeferredAsync(index, CancellationToken.None);
            return;
        }
        catch (MailRefusedException e)
        {
            failed = new FailedSend(index, recipient.To, e.Code, e.Answer);
        }

        await book.MarkFailedAsync(failed, CancellationToken.None);
    }

    // None when the host is why.
    private static BatchStop Stop(JobCancellationScope watch) =>
        watch.JobEnded ? BatchStop.JobEnded : watch.TimedOut ? BatchStop.Unfinished : BatchStop.None;

    private static BatchOutcome Outcome(
        BatchLedger book, BatchStop stop = BatchStop.None, string? reason = null, TimeSpan retryAfter = default) =>
        new(book.Counts, book.Deferred, stop, reason, retryAfter.TotalSeconds);

    /// <summary>The connection of a batch, made anew when it breaks off.</summary>
    private sealed class SmtpConnection(IMailTransport transport) : IAsyncDisposable
    {
        private IMailSession? _session;

        public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
        {
            for (var tries = 1; ; tries++)
            {
                _session ??= await transport.OpenAsync(cancellationToken);
                try
                {
                    await _session.SendAsync(message);
                    return;
                }
                catch (MailUnavailableException e)
                {
                    // Whether the server took the message is unknown: the next try has the same Message-Id.
                    await DisposeAsync();
                    if (tries > MaxReconnects) throw new MailRefusedException(ServiceClosing, e.Message, e);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_session is not null) await _session.DisposeAsync();
            _session = null;
        }
    }
}
