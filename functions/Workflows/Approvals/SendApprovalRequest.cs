using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Email;
using Serverless.Http;
using Serverless.Notifications;
using Serverless.Notifications.Webhooks;
using Serverless.Tasks;

namespace Serverless.Workflows.Approvals;

/// <summary>Sends the link of an approval. It is made here and kept nowhere.</summary>
[TaskHandler(Name, Queue = "notifications", MaxRetries = 8)]
internal sealed class SendApprovalRequest(
    ApprovalStore approvals, ApprovalLink link, Mailer mailer, WebhookSender webhooks, TimeProvider time)
    : ITaskHandler<SendApprovalRequest.Args, string>
{
    /// <summary>The task's name.</summary>
    public const string Name = "workflows.ask_approval";

    /// <summary>The approval, and the way to whoever decides.</summary>
    public sealed record Args(string RunId, string Workflow, string Step, ApprovalWay Way, DateTimeOffset? Until = null);

    /// <inheritdoc/>
    public async Task<string> RunAsync(Args args, TaskContext context)
    {
        var request = await approvals.FindRequestAsync(args.RunId, args.Step, context.CancellationToken)
            ?? throw new TaskValidationException($"The run '{args.RunId}' asks for nothing at its step '{args.Step}'.");
        var place = new ApprovalPlace(args.RunId, args.Step, args.Until);
        var url = link.BuildAddress(await link.CreateTokenAsync(place, context.CancellationToken)).ToString();
        if (args.Way == ApprovalWay.Email) await SendMailAsync(args, request, url, context);
        else await webhooks.SendAsync(Notify(args, request, url, context.Id), context.CancellationToken);
        return "sent";
    }

    private Task<string> SendMailAsync(Args args, ApprovalRequest request, string url, TaskContext context)
    {
        var heading = request.Subject ?? $"Approval wanted: {args.Workflow}";
        var lines = request.Facts.Select(fact => $"{fact.Key}: {fact.Value}").Prepend(request.Text).Where(line => line.Length > 0);
        var body = string.Join('\n', args.Until is { } until ? lines.Append($"Until {until:yyyy-MM-dd HH:mm} UTC.") : lines);
        var values = new { heading, body, url, link = "Look at it and decide" };
        return mailer.SendAsync(
            new SendEmail.Args(request.Recipients, Context: JsonSerializer.SerializeToElement(values), Subject: heading), context.Id,
            context.CancellationToken);
    }

    private Notification Notify(Args args, ApprovalRequest request, string url, string id) => new()
    {
        Id = id,
        Channel = NotificationChannel.Webhook,
        Target = request.Webhook!,
        Payload = JsonSerializer.SerializeToElement(
            new
            {
                type = "approval",
                runId = args.RunId,
                workflow = args.Workflow,
                step = args.Step,
                subject = request.Subject,
                message = request.Message,
                details = request.Details,
                until = args.Until,
                url,
            }, AppJson.Options),
        Due = time.GetUtcNow(),
        CreatedAt = time.GetUtcNow(),
    };
}

/// <summary>A way to whoever decides.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalWay>))]
internal enum ApprovalWay
{
    /// <summary>A mail.</summary>
    Email,

    /// <summary>A webhook.</summary>
    Webhook,
}
