using System.Globalization;
using System.Net;
using System.Text.Json;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Remote;

/// <summary>Words a host's refusal for people: problem+json becomes sentences.</summary>
internal static class Refusals
{
    public static Exception Word(HttpResponseMessage response, byte[] content)
    {
        var (status, path) = (response.StatusCode, response.RequestMessage?.RequestUri?.AbsolutePath);
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return new HostRefusedException(
                "The host wants another key: set SERVERLESS_KEY. Pausing, purging and requeuing take the master key. Where one signs in, " +
                "set SERVERLESS_TOKEN, too.");
        if (Sentences(content) is { Count: > 0 } sentences)
            return status < HttpStatusCode.InternalServerError
                ? new HostRefusedException(sentences) { Status = status } : new CommandFailedException(string.Join(' ', sentences));
        if (status == HttpStatusCode.NotFound)
            return new HostRefusedException($"The host knows no {path}. Is it a Serverless host of this version?") { Status = status };
        return new CommandFailedException(
            string.Create(CultureInfo.InvariantCulture, $"The host answered {(int)status} to {path}; its log says why."));
    }

    private static List<string> Sentences(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(content) is { ValueKind: JsonValueKind.Object } problem
                ? [.. Sentences(problem)] : [];
        }
        catch (JsonException)
        {
            // A page of a proxy, or nothing: the status says more.
            return [];
        }
    }

    private static IEnumerable<string> Sentences(JsonElement problem)
    {
        if (problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object && errors.EnumerateObject().Any())
        {
            foreach (var option in errors.EnumerateObject())
            {
                foreach (var fault in option.Value.EnumerateArray()) yield return $"{option.Name}: {fault.GetString()}";
            }

            yield break;
        }

        if ((Text(problem, "detail") ?? Text(problem, "title")) is { } said) yield return said;
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
