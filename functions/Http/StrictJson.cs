using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Serverless.Http;

/// <summary>
/// JSON from outside. The parser lets names pass that stand twice, and text that is no Unicode; whoever reads them later is not prepared
/// for that.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Reads an object.</summary>
    /// <exception cref="JsonException">It is something else; the message says what, and where.</exception>
    public static JsonObject ParseObject(ReadOnlySpan<byte> json)
    {
        json = json[MarkLength(json)..];
        CheckText(json);
        return JsonNode.Parse(json, documentOptions: Options) as JsonObject ?? throw new JsonException("This is JSON, but no object.");
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="JsonException">It is none; the message says where.</exception>
    public static JsonDocument ParseDocument(ReadOnlyMemory<byte> json) => ParseDocument(json, Options);

    /// <summary>Reads a document with options of one's own, which should not allow names that stand twice.</summary>
    /// <exception cref="JsonException">It is none; the message says where.</exception>
    public static JsonDocument ParseDocument(ReadOnlyMemory<byte> json, JsonDocumentOptions options)
    {
        json = json[MarkLength(json.Span)..];
        CheckText(json.Span);
        return JsonDocument.Parse(json, options);
    }

    // Editors and shells of Windows put a mark before UTF-8, and RFC 8259 lets readers pass over it.
    private static int MarkLength(ReadOnlySpan<byte> json) => json.StartsWith("\uFEFF"u8) ? 3 : 0;

    private static void CheckText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json)) throw new JsonException("The text is not UTF-8.");
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            // All that can be wrong with text that is UTF-8 is an escape that stands for half a character.
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) CheckEscapes(ref reader);
        }
    }

    private static void CheckEscapes(ref Utf8JsonReader reader)
    {
        try
        {
            reader.GetString();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException($"A text has an escape that is half a character, at byte {reader.TokenStartIndex}.", e);
        }
    }
}
