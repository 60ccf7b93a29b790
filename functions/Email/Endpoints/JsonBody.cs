using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Email.Endpoints;

/// <summary>Reads a request's JSON object, no larger than it may be.</summary>
internal static class JsonBody
{
    /// <summary>The object, or the answer that says why there is none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">The most that is read.</param>
    /// <param name="example">What to send, for who sent something else.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public static async Task<(JsonObject? Json, IResult? Problem)> ReadAsync(HttpRequest request, int maxBytes, string example, CancellationToken cancellationToken)
    {
        try
        {
            return (await RequestJson.ReadObjectAsync(request, maxBytes, cancellationToken), null);
        }
        catch (JsonException e)
        {
            return (null, Problems.Create(StatusCodes.Status400BadRequest, "The body is no JSON object", $"{e.Message} Send application/json such as {example}."));
        }
        catch (BodyTooLargeException)
        {
            return (null, Problems.Create(StatusCodes.Status413PayloadTooLarge, "The body is too large", string.Create(CultureInfo.InvariantCulture, $"At most {maxBytes} bytes are taken here.")));
        }
    }
}
