using MimeKit;

namespace Serverless.Email.Sending;

/// <summary>Names the file of a message.</summary>
internal static class MessageFile
{
    /// <summary>Its Message-Id, as far as file systems take it: the same message has the same name.</summary>
    public static string NameOf(MimeMessage message) =>
        string.Concat(message.MessageId!.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@' ? c : '_')) + ".eml";
}
