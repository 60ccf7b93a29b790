using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Serverless.Workflows.Approvals;

/// <summary>
/// Links that open an approval: run, step and deadline, signed, so that whoever has one may decide this one thing, and nobody makes one.
/// </summary>
internal sealed class ApprovalLink(ApprovalKey key, IConfiguration configuration)
{
    private const int MaxLength = 600;
    private const string NoEnd = "0";

    /// <summary>The token of an approval.</summary>
    public async Task<string> CreateTokenAsync(ApprovalPlace place, CancellationToken cancellationToken)
    {
        var until = place.Until is { } time ? time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) : NoEnd;
        var content = Encoding.UTF8.GetBytes($"{place.RunId}\n{place.Step}\n{until}");
        return $"{Base64Url.EncodeToString(content)}.{Base64Url.EncodeToString(await key.SignAsync(content, cancellationToken))}";
    }

    /// <summary>The address that a token is opened at.</summary>
    /// <exception cref="InvalidOperationException">The app's own address is not one.</exception>
    public Uri BuildAddress(string token) => new(new Uri(BaseAddress()), $"/api/approvals/{token}");

    /// <summary>The approval that a token opens; null when the app did not sign it.</summary>
    public async Task<ApprovalPlace?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > MaxLength || token.Split('.') is not [var text, var mark]) return null;
        if (!TryDecode(text, out var content) || !TryDecode(mark, out var signature)) return null;
        var expected = await key.SignAsync(content, cancellationToken);
        if (!CryptographicOperations.FixedTimeEquals(signature, expected)) return null;
        var parts = Encoding.UTF8.GetString(content).Split('\n');
        var seconds = long.Parse(parts[2], CultureInfo.InvariantCulture);
        return new ApprovalPlace(parts[0], parts[1], seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds));
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text)) return false;
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    // The platform says the app's name; the setting says another, such as a domain of one's own.
    private string BaseAddress()
    {
        if (configuration["Approvals:Url"] is { Length: > 0 } given) return given;
        if (configuration["WEBSITE_HOSTNAME"] is not { Length: > 0 } host) return "http://127.0.0.1:7071";
        return host.StartsWith("localhost", StringComparison.OrdinalIgnoreCase) || host.StartsWith("127.", StringComparison.Ordinal)
            ? $"http://{host}" : $"https://{host}";
    }
}

/// <summary>An approval.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The step that waits for it.</param>
/// <param name="Until">When it is too late; null when that is the run's end.</param>
internal sealed record ApprovalPlace(string RunId, string Step, DateTimeOffset? Until);
