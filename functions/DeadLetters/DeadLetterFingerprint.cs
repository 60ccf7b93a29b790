using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Azure.Messaging.ServiceBus;
using Serverless.Tasks;

namespace Serverless.DeadLetters;

/// <summary>
/// The traits that dead letters of most likely one cause share: all but numbers and ids of their messages. It is read without the body.
/// </summary>
/// <param name="Task">The task's name.</param>
/// <param name="Reason">The error's class, or the broker's own reason.</param>
/// <param name="Type">The exception's type.</param>
/// <param name="Message">The start of the error's message, with numbers and ids blanked.</param>
internal sealed partial record DeadLetterFingerprint(string? Task, string? Reason, string? Type, string Message)
{
    private const int MaxMessageLength = 300;
    private const int KeyBytes = 8;
    private const string Blanked = "…";

    /// <summary>The length of <see cref="CreateKey"/>.</summary>
    public const int KeyLength = 2 * KeyBytes;

    /// <summary>The fingerprint of a dead letter.</summary>
    public static DeadLetterFingerprint Of(ServiceBusReceivedMessage message) => new(
        message.Subject, message.DeadLetterReason,
        message.ApplicationProperties.GetValueOrDefault(TaskDeadLetter.TypeProperty) is string { Length: > 0 } type ? type : null,
        Normalize(message.DeadLetterErrorDescription ?? ""));

    /// <summary>A short name of it, the same whichever instance makes it.</summary>
    public string CreateKey() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Task}\n{Reason}\n{Type}\n{Message}")).AsSpan(0, KeyBytes));

    /// <summary>A message without what differs from one failure to the next.</summary>
    public static string Normalize(string message)
    {
        // Longer than what is kept, so that an id at its end is not cut in two.
        var start = message.Length > 2 * MaxMessageLength ? message[..(2 * MaxMessageLength)] : message;
        var blanked = Varying().Replace(start, Blanked);
        return blanked.Length > MaxMessageLength ? blanked[..MaxMessageLength] : blanked;
    }

    [GeneratedRegex(
        @"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b|\b[0-9a-f]*\d[0-9a-f]{7,}\b|\d+(?:[.,:]\d+)*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Varying();
}
