using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Notifications.Webhooks;

/// <summary>
/// Signs webhooks as Standard Webhooks (standardwebhooks.com) says: HMAC-SHA256 over id, timestamp and body, so that neither can be
/// changed, and an old one is not taken twice.
/// </summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id", TimestampHeader = "webhook-timestamp", SignatureHeader = "webhook-signature";

    private const string Prefix = "whsec_";
    private const int MinSecretBytes = 24;
    private const int MaxSecretBytes = 64;

    /// <summary>The signature header: a signature for each secret.</summary>
    /// <param name="secrets">As the setting has them.</param>
    /// <param name="id">The notification's id.</param>
    /// <param name="timestamp">Seconds since 1970.</param>
    /// <param name="body">The body.</param>
    public static string Create(string secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var start = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        byte[] content = [.. start, .. body];
        return string.Join(
            ' ', Split(secrets)
                .Select(s => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(s[Prefix.Length..]), content))));
    }

    /// <summary>True when a setting holds secrets of the right form, or none.</summary>
    public static bool AreSecrets(string? secrets) => Split(secrets).All(secret =>
    {
        var bytes = new byte[secret.Length];
        return secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length)
            && length is >= MinSecretBytes and <= MaxSecretBytes;
    });

    private static string[] Split(string? secrets) => secrets?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
