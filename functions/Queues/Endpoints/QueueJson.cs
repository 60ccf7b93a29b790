using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Serverless.Tasks;

namespace Serverless.Queues.Endpoints;

/// <summary>The queues' answers as JSON.</summary>
internal static class QueueJson
{
    public static JsonSerializerOptions Options { get; } = new(TaskJson.Options) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static IResult Ok<T>(T answer) => Results.Json(answer, Options);
}
