using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Tasks;

/// <summary>JSON that a user gives: written out, in a file, or on the input stream.</summary>
internal static class JsonText
{
    /// <summary>Reads <c>{"a": 1}</c>, <c>@FILE</c>, or <c>-</c>; a fault is noted.</summary>
    public static JsonNode? Read(Arguments arguments, string name, string? given)
    {
        try
        {
            return given switch
            {
                null => null,
                "-" => Parse(ReadInput()),
                ['@', .. var file] => Parse(File.ReadAllBytes(file)),
                _ => Parse(Encoding.UTF8.GetBytes(given)),
            };
        }
        catch (JsonException e)
        {
            arguments.Refuse($"{name} must be JSON such as {{\"a\": 2}}, @FILE, or - for the input stream: {JsonErrors.Describe(e)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            arguments.Refuse($"{name} cannot be read: {e.Message}");
        }

        return null;
    }

    private static JsonNode? Parse(byte[] json)
    {
        using var document = StrictJson.ParseDocument(json);
        return JsonNode.Parse(document.RootElement.GetRawText());
    }

    private static byte[] ReadInput()
    {
        using var content = new MemoryStream();
        Console.OpenStandardInput().CopyTo(content);
        return content.ToArray();
    }
}
