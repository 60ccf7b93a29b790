using Microsoft.Extensions.Options;
using MimeKit;
using Serverless.Email.Sending;
using Serverless.Email.Templates;
using Serverless.Resilience;
using Serverless.Tasks;

namespace Serverless.Email;

/// <summary>Sends single messages: what an app itself has to say. The suppression list is about bulk mail, and is not asked.</summary>
internal sealed class Mailer(TemplateStore templates, IMailTransport transport, IOptions<SmtpSettings> settings, TimeProvider time)
{
    private const int MaxRecipients = 50;

    /// <summary>Sends a message to all its recipients at once.</summary>
    /// <param name="args">The message.</param>
    /// <param name="id">What its Message-Id is made of: sent again with the same one, it is recognised.</param>
    /// <param name="cancellationToken">Ends the wait for a connection; a message on its way is waited for.</param>
    /// <returns>The Message-Id.</returns>
    /// <exception cref="TaskValidationException">The message cannot be made, or the server will never take it.</exception>
    /// <exception cref="MailRefusedException">The server did not take it now.</exception>
    /// <exception cref="MailUnavailableException">The server cannot be reached.</exception>
    /// <exception cref="CircuitOpenException">It could not before, and is not asked again yet.</exception>
    public async Task<string> SendAsync(SendEmail.Args args, string id, CancellationToken cancellationToken)
    {
        using var message = await ComposeAsync(args, id, cancellationToken);
        await using var session = await transport.OpenAsync(cancellationToken);
        try
        {
            await session.SendAsync(message);
        }
        catch (MailRefusedException e) when (!e.IsTemporary)
        {
            throw new TaskValidationException(e.Message, e);
        }

        return message.MessageId!;
    }

    private async Task<MimeMessage> ComposeAsync(SendEmail.Args args, string id, CancellationToken cancellationToken)
    {
        var from = Parse(
            "from", args.From ?? settings.Value.From
                ?? throw new TaskValidationException("from is missing: give the sender, or set Smtp__From."));
        if (args.To.Count is 0 or > MaxRecipients)
            throw new TaskValidationException($"to has {args.To.Count} addresses; give 1 to {MaxRecipients}.");
        var to = args.To.Select(t => Parse("to", t)).ToList();
        if (args.Subject?.Any(char.IsControl) == true) throw new TaskValidationException("subject holds control characters.");
        try
        {
            if (!TemplateStore.IsName(args.Template) || await templates.FindAsync(args.Template, cancellationToken) is not { } template)
                throw new TaskValidationException($"There is no template '{args.Template}'.");
            var values = args.Context is { } json ? PlainJson.ToValues(json) : [];
            var rendered = await template.RenderAsync(template.Prepare(values), new Dictionary<string, object?>(), args.Subject);
            return EmailMessage.Create($"{id}@{from.Domain}", from, to, rendered, unsubscribe: null, time.GetUtcNow());
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
