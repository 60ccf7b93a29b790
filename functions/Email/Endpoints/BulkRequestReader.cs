using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Email.Jobs;
using Serverless.Email.Recipients;
using Serverless.Email.Templates;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Email.Endpoints;

/// <summary>
/// Validates a request for bulk mail, all of it at once. An address that is none is not its fault: that recipient will be among the failed
/// ones, and its neighbours are sent to.
/// </summary>
internal static partial class BulkRequestReader
{
    /// <summary>Recipients that a request may bring along.</summary>
    public const int MaxRecipients = 1_000;

    private const int MaxFaultyShown = 20;
    private const int MaxSubjectLength = 998;

    /// <summary>Reads a request; null when it is at fault, which is noted.</summary>
    public static BulkRequest? Read(JsonObject json, EmailSettings settings, string? defaultFrom, ValidationErrors faults)
    {
        var reader = new OptionReader(json, faults);
        var template = ReadTemplate(reader, faults);
        var key = reader.ReadText("key");
        if (key is not null && !Key().IsMatch(key)) faults.Add("key", "Must be 1 to 60 letters, digits and . _ -");
        var from = ReadFrom(reader, defaultFrom, faults);
        var context = ReadContext(reader, faults);
        var (list, recipients) = ReadRecipients(reader, faults);
        var request = new BulkRequest(
            template ?? "",
            key,
            ReadLiquid(reader, "subject", null, faults),
            from ?? "",
            ReadLiquid(reader, "unsubscribe", settings.Unsubscribe, faults),
            JsonSerializer.SerializeToElement(context),
            list,
            recipients,
            reader.ReadInteger("batchSize", 1, 1_000),
            reader.ReadInteger("maxParallel", 1, 64) ?? settings.MaxParallel,
            ReadRate(reader, faults));
        reader.RefuseOthers();
        return faults.Any ? null : request;
    }

    private static string? ReadTemplate(OptionReader reader, ValidationErrors faults)
    {
        if (reader.ReadNode("template") is null) faults.Add("template", "Is required: a template's name, such as \"message\".");
        else if (reader.ReadText("template") is { } name)
        {
            if (TemplateStore.IsName(name)) return name;
            faults.Add("template", "Must be a template's name: 1 to 100 letters, digits and . _ - in folders or not.");
        }

        return null;
    }

    private static string? ReadFrom(OptionReader reader, string? defaultFrom, ValidationErrors faults)
    {
        var from = reader.ReadText("from") ?? defaultFrom;
        if (from is null) faults.Add("from", "Is required: the sender, such as \"News <news@example.org>\" (or setting Smtp__From).");
        else if (!Mailbox.TryParse(from, out _, out var fault)) faults.Add("from", fault);
        return from;
    }

    private static JsonObject ReadContext(OptionReader reader, ValidationErrors faults)
    {
        switch (reader.ReadNode("context"))
        {
            case null: return [];
            case JsonObject context: return context;
            default:
                faults.Add("context", "Must be an object: the values that all messages share.");
                return [];
        }
    }

    private static (BlobName? List, JsonArray? Recipients) ReadRecipients(OptionReader reader, ValidationErrors faults)
    {
        const string expectation =
            """Must be a list such as [{"to": "ada@example.org"}], or the name of a blob that holds one, such as "recipients/news.csv".""";
        switch (reader.ReadNode("recipients"))
        {
            case JsonArray { Count: > MaxRecipients } many:
                faults.Add(
                    "recipients", string.Create(
                        CultureInfo.InvariantCulture,
                        $"Are {many.Count}; a request takes {MaxRecipients}. Put the list into the container {Containers.Recipients} and " +
                        $"name it here."));
                return (null, null);
            case JsonArray { Count: > 0 } recipients:
                CheckForm(recipients, faults);
                return (null, recipients);
            case JsonValue value when value.TryGetValue<string>(out var text):
                if (BlobName.TryParse(
                    text, [Containers.Recipients, Containers.Incoming, Containers.Processed], out var name, out var fault))
                    return (name, null);
                faults.Add("recipients", fault);
                return (null, null);
            default:
                faults.Add("recipients", expectation);
                return (null, null);
        }
    }

    private static void CheckForm(JsonArray recipients, ValidationErrors faults)
    {
        var shown = 0;
        for (var i = 0; i < recipients.Count && shown < MaxFaultyShown; i++)
        {
            var fault = recipients[i] is JsonObject
                ? JsonLinesRecipients.ReadObject(JsonSerializer.SerializeToElement(recipients[i])) : null;
            var sentence = fault is null
                ? "Must be an object such as {\"to\": \"ada@example.org\"}." : fault.Fault
                    ?? (fault.To.Length == 0 ? "Needs \"to\", an address." : null);
            if (sentence is null) continue;
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"recipients[{i}]"), sentence);
            shown++;
        }
    }

    private static string? ReadLiquid(OptionReader reader, string name, string? other, ValidationErrors faults)
    {
        if ((reader.ReadText(name) ?? other) is not { } text) return null;
        if (text.Length > MaxSubjectLength || text.Any(char.IsControl))
        {
            faults.Add(
                name, string.Create(
                    CultureInfo.InvariantCulture,
                $"Must be one line of at most {MaxSubjectLength} characters, without control characters."));
            return null;
        }

        try
        {
            Liquid.Parse(text, name);
            return text;
        }
        catch (TemplateException e)
        {
            faults.Add(name, e.Message);
            return null;
        }
    }

    private static double? ReadRate(OptionReader reader, ValidationErrors faults)
    {
        var node = reader.ReadNode("maxPerSecond");
        if (node is null) return null;
        if (node.GetValueKind() == JsonValueKind.Number && node.AsValue().TryGetValue<double>(out var rate)
            && rate is >= 0.01 and <= 10_000) return rate;
        faults.Add("maxPerSecond", "Must be a number from 0.01 to 10000: messages a second.");
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9._\-]{1,60}\z")]
    private static partial Regex Key();
}
