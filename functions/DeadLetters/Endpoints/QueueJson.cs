using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.DeadLetters.Endpoints;

/// <summary>The queues' answers as JSON.</summary>
internal static class QueueJson
{
    public static JsonSerializerOptions Options { get; } = new(
        AppJson.Options)
    { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static IResult Ok<T>(T answer) => Results.Json(answer, Options);
}
