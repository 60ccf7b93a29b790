using System.Text.Json;
using Microsoft.Extensions.Options;
using MimeKit;
using Serverless.Email.Sending;
using Serverless.Email.Templates;
using Serverless.Errors;
using Serverless.Tasks;

namespace Serverless.Email;

/// <summary>
/// Sends one message, to all its recipients at once: for what an app itself has to say. The suppression list is about bulk mail and is not
/// asked. Run again after a crash, it has the same Message-Id.
/// </summary>
[TaskHandler("email.send", Queue = "email", MaxRetries = 5)]
public sealed class SendEmail(TemplateStore templates, IMailTransport transport, IOptions<SmtpSettings> settings, TimeProvider clock) : ITaskHandler<SendEmail.Args, SendEmail.Sent>
{
    private const int MaxRecipients = 50;

    /// <summary>The message: a template's name with its values.</summary>
    /// <param name="To">1 to 50 addresses, all of whom see each other.</param>
    /// <param name="Template">The template's name; <c>message</c> by default, which shows <c>heading</c>, <c>body</c>, and <c>url</c> as <c>link</c>.</param>
    /// <param name="Context">Values for the template.</param>
    /// <param name="Subject">The subject as it is, instead of the template's.</param>
    /// <param name="From">The sender, instead of the setting's.</param>
    public sealed record Args(IReadOnlyList<string> To, string Template = "message", JsonElement? Context = null, string? Subject = null, string? From = null);

    /// <summary>What was sent.</summary>
    public sealed record Sent(string MessageId);

    /// <inheritdoc/>
    public async Task<Sent> RunAsync(Args args, TaskContext context)
    {
        using var message = await ComposeAsync(args, context.Id, context.CancellationToken);
        await using var session = await transport.OpenAsync(context.CancellationToken);
        try
        {
            await session.SendAsync(message);
        }
        catch (MailRefusedException e) when (!e.IsTemporary)
        {
            throw new TaskValidationException(e.Message, e);
        }

        return new Sent(message.MessageId!);
    }

    private async Task<MimeMessage> ComposeAsync(Args args, string id, CancellationToken cancellationToken)
    {
        var from = Parse("from", args.From ?? settings.Value.From ?? throw new TaskValidationException("from is missing: give the sender, or set Smtp__From."));
        if (args.To.Count is 0 or > MaxRecipients) throw new TaskValidationException($"to has {args.To.Count} addresses; give 1 to {MaxRecipients}.");
        var to = args.To.Select(t => Parse("to", t)).ToList();
        if (!TemplateStore.IsName(args.Template) || await templates.FindAsync(args.Template, cancellationToken) is not { } template)
            throw new TaskValidationException($"There is no template '{args.Template}'.");
        if (args.Subject?.Any(char.IsControl) == true) throw new TaskValidationException("subject holds control characters.");
        try
        {
            var values = args.Context is { } json ? PlainJson.ToValues(json) : [];
            var rendered = await template.RenderAsync(template.Prepare(values), new Dictionary<string, object?>(), args.Subject);
            return EmailMessage.Create($"{id}@{from.Domain}", from, to, rendered, unsubscribe: null, clock.GetUtcNow());
        }
        catch (TemplateException e)
        {
            throw new TaskValidationException(e.Message, e);
        }
    }

    private static MailboxAddress Parse(string name, string text) => Mailbox.TryParse(text, out var mailbox, out var fault)
        ? mailbox
        : throw new TaskValidationException($"{name}: {fault}");
}
