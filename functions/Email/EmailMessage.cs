using MimeKit;
using Serverless.Email.Templates;

namespace Serverless.Email;

/// <summary>Makes messages of what was rendered.</summary>
internal static class EmailMessage
{
    /// <summary>A message with an HTML and a text part.</summary>
    /// <param name="messageId">Its id, without angle brackets.</param>
    /// <param name="from">The sender.</param>
    /// <param name="to">The recipients, all of whom see each other.</param>
    /// <param name="rendered">The texts.</param>
    /// <param name="unsubscribe">Where to unsubscribe; null leaves the header out.</param>
    /// <param name="now">The message's date.</param>
    public static MimeMessage Create(
        string messageId, MailboxAddress from, IEnumerable<MailboxAddress> to, RenderedEmail rendered, Uri? unsubscribe, DateTimeOffset now)
    {
        var message = new MimeMessage { MessageId = messageId, Subject = rendered.Subject, Date = now };
        message.From.Add(from);
        message.To.AddRange(to);
        if (unsubscribe is not null)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{unsubscribe.AbsoluteUri}>");

            // RFC 8058: the reader's button posts there, and needs no page.
            if (unsubscribe.Scheme == Uri.UriSchemeHttps) message.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");
        }

        message.Body = new BodyBuilder { HtmlBody = rendered.Html, TextBody = rendered.Text }.ToMessageBody();
        return message;
    }
}
