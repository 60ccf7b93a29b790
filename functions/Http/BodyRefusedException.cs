using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>A request's body cannot be read as what it should be.</summary>
internal sealed class BodyRefusedException(string message, int status = StatusCodes.Status400BadRequest, Exception? innerException = null)
    : Exception(message, innerException), IRefusal
{
    /// <inheritdoc/>
    public int Status => status;

    /// <inheritdoc/>
    public string Title => status == StatusCodes.Status413PayloadTooLarge ? "The body is too large" : "The body cannot be read";
}
