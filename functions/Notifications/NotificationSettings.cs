using System.ComponentModel.DataAnnotations;
using Serverless.Notifications.Webhooks;

namespace Serverless.Notifications;

/// <summary>The app's settings for notifications, read from <c>Notifications__*</c>.</summary>
internal sealed class NotificationSettings : IValidatableObject
{
    /// <summary>
    /// The secrets that webhooks are signed with, as <c>whsec_</c> and base64 of 24 to 64 bytes; several, parted by blanks, while one takes
    /// the place of another. On Azure a Key Vault reference.
    /// </summary>
    /// <value>None by default: then no webhook is accepted.</value>
    public string? SigningSecrets { get; set; }

    /// <summary>True lets webhooks go to private and loopback addresses, and over http: for development.</summary>
    /// <value>False by default.</value>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>The time that a receiver may take to answer.</summary>
    /// <value>10 seconds by default.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan WebhookTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time that a notification's key is remembered.</summary>
    /// <value>1 day by default.</value>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan DeduplicationWindow { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The time that an instance that took a notification may need to put it into the queue, before another takes it.</summary>
    /// <value>2 minutes by default.</value>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan ClaimTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!WebhookSignature.AreSecrets(SigningSecrets))
            yield return new ValidationResult(
                "Notifications: SigningSecrets are whsec_ and base64 of 24 to 64 bytes each, parted by blanks.", [nameof(SigningSecrets)]);
    }
}
