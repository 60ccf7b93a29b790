using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Email;
using Serverless.Http;
using Serverless.Notifications;
using Serverless.Tasks;

namespace Serverless.Workflows.Approvals;

/// <summary>The question of an approval, with its references resolved.</summary>
/// <param name="Email">Who gets a mail: an address, or several.</param>
/// <param name="Webhook">The address that is told.</param>
/// <param name="Subject">The mail's subject, and the page's title.</param>
/// <param name="Message">A few sentences.</param>
/// <param name="Details">What else whoever decides has to know, by name.</param>
internal sealed record ApprovalRequest(
    JsonElement? Email = null, string? Webhook = null, string? Subject = null, JsonElement? Message = null, JsonElement? Details = null)
{
    private const int MaxRecipients = 10;
    private const int MaxShown = 2_000;
    private const int MaxDetails = 50;

    /// <summary>The recipients of the mail.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Recipients => Email switch
    {
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Select(Show)],
        _ => [],
    };

    /// <summary>The message as a text.</summary>
    [JsonIgnore]
    public string Text => Message is { } message ? Cut(Show(message)) : "";

    /// <summary>The details as texts.</summary>
    [JsonIgnore]
    public IReadOnlyList<KeyValuePair<string, string>> Facts => Details is { ValueKind: JsonValueKind.Object } details
        ? [.. details.EnumerateObject().Take(MaxDetails).Select(d => KeyValuePair.Create(d.Name, Cut(Show(d.Value))))] : [];

    /// <summary>Reads what the references gave.</summary>
    /// <exception cref="TaskValidationException">Nobody can be asked so.</exception>
    public static ApprovalRequest Read(JsonElement resolved, NotificationSettings settings)
    {
        ApprovalRequest request;
        try
        {
            request = resolved.Deserialize<ApprovalRequest>(AppJson.Options) ?? new ApprovalRequest();
        }
        catch (JsonException e)
        {
            throw new TaskValidationException($"ask: {JsonErrors.Describe(e)}", e);
        }

        if (request.Email is not null && request.Recipients.Count is 0 or > MaxRecipients)
            throw new TaskValidationException($"ask.email: Give 1 to {MaxRecipients} addresses.");
        foreach (var recipient in request.Recipients)
        {
            if (!Mailbox.TryParse(recipient, out _, out var fault)) throw new TaskValidationException($"ask.email: {fault}");
        }

        if (request.Webhook is { } url && WebhookTarget.FindFault(url, settings) is { } wrong)
            throw new TaskValidationException($"ask.webhook: {wrong}");
        if (request.Subject?.Any(char.IsControl) == true) throw new TaskValidationException("ask.subject holds control characters.");
        return request;
    }

    private static string Show(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Cut(string text) => text.Length > MaxShown ? text[..MaxShown] + " ..." : text;
}
