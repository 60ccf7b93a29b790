using System.ComponentModel.DataAnnotations;

namespace Serverless.Email.Sending;

/// <summary>The settings of the mail server, read from <c>Smtp__*</c>.</summary>
internal sealed class SmtpSettings : IValidatableObject
{
    /// <summary>The server.</summary>
    /// <value>None by default: then messages become files (<see cref="EmailSettings.Folder"/>).</value>
    public string? Host { get; set; }

    /// <summary>Its port.</summary>
    /// <value>587 by default, the submission port.</value>
    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>The security of the connection.</summary>
    /// <value><see cref="SmtpSecurity.StartTls"/> by default.</value>
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>The name to sign in with; nobody signs in when it is empty.</summary>
    public string? User { get; set; }

    /// <summary>The password: on Azure a Key Vault reference.</summary>
    public string? Password { get; set; }

    /// <summary>The sender of messages whose request names none.</summary>
    /// <value>None by default: then every request has to name it.</value>
    public string? From { get; set; }

    /// <summary>A PEM file of the only authority whose certificates are accepted, for a server with a certificate of one's own.</summary>
    /// <value>None by default: the machine's authorities.</value>
    public string? CertificateAuthority { get; set; }

    /// <summary>Connections that are kept open between batches.</summary>
    /// <value>4 by default.</value>
    [Range(0, 64)]
    public int MaxIdle { get; set; } = 4;

    /// <summary>The time that a connection may be idle before it is not used again. Servers close them after minutes.</summary>
    /// <value>30 seconds by default.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The time that the server may take to let the app in, or to take a message.</summary>
    /// <value>1 minute by default.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The name of the server's circuit breaker.</summary>
    public string Breaker => $"smtp:{Host}:{Port}";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (User is { Length: > 0 } && Security == SmtpSecurity.None)
            yield return new ValidationResult(
                "Smtp: a password is not sent over an open connection; set Security to StartTls or Tls.", [nameof(Security)]);
        if (User is { Length: > 0 } != Password is { Length: > 0 })
            yield return new ValidationResult("Smtp: give User and Password, or neither.", [nameof(User)]);
        if (From is { Length: > 0 } && !Mailbox.TryParse(From, out _, out var fault))
            yield return new ValidationResult($"Smtp: From is no sender. {fault}", [nameof(From)]);
        if (CertificateAuthority is { Length: > 0 } file && !File.Exists(file))
            yield return new ValidationResult($"Smtp: there is no file {file} (CertificateAuthority).", [nameof(CertificateAuthority)]);
    }
}

/// <summary>The security of a connection to a mail server.</summary>
internal enum SmtpSecurity
{
    /// <summary>It begins in the open and must change to TLS before anything is said.</summary>
    StartTls,

    /// <summary>TLS from the first byte, usually on port 465.</summary>
    Tls,

    /// <summary>Not at all: for a server on the same machine or a trusted network.</summary>
    None,
}
