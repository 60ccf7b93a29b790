using System.Diagnostics.CodeAnalysis;
using MimeKit;

namespace Serverless.Email;

/// <summary>Reads one address as people write it: <c>ada@example.org</c> or <c>Ada &lt;ada@example.org&gt;</c>.</summary>
internal static class Mailbox
{
    // RFC 5321, 4.5.3.1: what fits a path, and the part before the @.
    private const int MaxAddressLength = 254;
    private const int MaxLocalPartLength = 64;
    private const int MaxTextLength = 512;

    private static readonly ParserOptions Strict = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Strict,
        AllowAddressesWithoutDomain = false,
        AllowUnquotedCommasInAddresses = false,
    };

    /// <summary>Reads an address.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="mailbox">The address, when there is no fault.</param>
    /// <param name="fault">What is wrong, as a sentence for the caller.</param>
    public static bool TryParse(string? text, [MaybeNullWhen(false)] out MailboxAddress mailbox, [NotNullWhen(false)] out string? fault)
    {
        mailbox = null;
        fault = FindFault(text);
        if (fault is not null) return false;
        if (!MailboxAddress.TryParse(Strict, text!.Trim(), out mailbox) || mailbox is null)
            fault = "Is no e-mail address, such as ada@example.org or Ada <ada@example.org>.";
        else if (FindFaultOf(mailbox) is { } wrong) fault = wrong;
        else return true;
        mailbox = null;
        return false;
    }

    /// <summary>The form in which two spellings of one address are the same: lower case, without a name.</summary>
    public static string Normalize(MailboxAddress mailbox) => mailbox.Address.ToLowerInvariant();

    private static string? FindFault(string? text) => text switch
    {
        null or "" => "Is empty; give an e-mail address.",
        { Length: > MaxTextLength } => $"Is {text.Length} characters long; an address has at most {MaxAddressLength}.",

        // A line break would start a header of the sender's choice.
        _ when text.Any(char.IsControl) => "Holds control characters.",
        _ when string.IsNullOrWhiteSpace(text) => "Is empty; give an e-mail address.",
        _ => null,
    };

    private static string? FindFaultOf(MailboxAddress mailbox)
    {
        var at = mailbox.Address.LastIndexOf('@');
        if (at <= 0 || at == mailbox.Address.Length - 1) return "Has no domain; give an address such as ada@example.org.";
        if (mailbox.Address.Any(char.IsControl) || mailbox.Name?.Any(char.IsControl) == true) return "Holds control characters.";
        if (mailbox.Address.Length > MaxAddressLength || at > MaxLocalPartLength)
            return $"Is too long: at most {MaxLocalPartLength} characters before the @, and {MaxAddressLength} in all.";
        return null;
    }
}
