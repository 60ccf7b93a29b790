using System.Net;
using Serverless.Notifications.Webhooks;

namespace Serverless.Notifications;

/// <summary>Validates the URL of a webhook.</summary>
internal static class WebhookTarget
{
    private const int MaxUrlLength = 2_000;

    /// <summary>Says what is wrong with a URL; null for nothing.</summary>
    public static string? FindFault(string target, NotificationSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.SigningSecrets))
            return "Webhooks are not set up: they are signed, and the setting Notifications__SigningSecrets is missing.";
        if (target.Length > MaxUrlLength || !Uri.TryCreate(target, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            return $"Must be a URL such as https://example.org/hook, of at most {MaxUrlLength} characters.";
        if (url.UserInfo.Length > 0) return "Must not hold a user or a password.";
        if (settings.AllowPrivateAddresses) return null;
        if (url.Scheme != Uri.UriSchemeHttps) return "Must be an https URL.";
        return IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && !PublicAddresses.Contains(address)
            ? "Is no address of the internet; webhooks go nowhere else."
            : null;
    }
}
