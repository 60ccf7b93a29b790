using System.Text.Json.Nodes;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Tasks;

namespace Serverless.Local.Commands.Resources;

/// <summary>An option that is a part of a request's body.</summary>
/// <param name="Option">The option.</param>
/// <param name="Member">The body's member; null when the option is the whole body.</param>
/// <param name="IsJson">Its value is JSON, not a text.</param>
internal sealed record BodyPart(OptionSyntax Option, string? Member = null, bool IsJson = true)
{
    /// <summary>The body that options make; faults are noted.</summary>
    public static JsonNode Read(Arguments arguments, IEnumerable<BodyPart> parts)
    {
        JsonNode body = new JsonObject();
        foreach (var part in parts)
        {
            var text = arguments.GetText(part.Option.Name);
            var value = part.IsJson ? JsonText.Read(arguments, part.Option.Name, text) : text;
            if (value is null) continue;
            if (part.Member is { } member) body[member] = value;
            else body = value;
        }

        return body;
    }
}
