using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Storage;

namespace Serverless.Http;

/// <summary>Passes a body on until it turns out to be larger than allowed, or broken.</summary>
internal sealed class BoundedStream(Stream body, long limit, string? hint = null) : ForwardStream
{
    private long _read;

    /// <inheritdoc/>
    /// <exception cref="BodyRefusedException">More than the limit came, or what came is no body.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await body.ReadAsync(buffer, cancellationToken);
        }
        catch (BadHttpRequestException e)
        {
            throw new BodyRefusedException(Word(e.StatusCode), e.StatusCode, e);
        }
        catch (IOException e)
        {
            throw new BodyRefusedException(Word(StatusCodes.Status400BadRequest), innerException: e);
        }

        _read += count;
        if (_read > limit) throw TooLarge(limit, hint);
        return count;
    }

    /// <summary>For who knows without reading.</summary>
    public static BodyRefusedException TooLarge(long limit, string? hint) => new(
        string.Create(CultureInfo.InvariantCulture, $"The body is larger than {limit} bytes. {hint}")
            .TrimEnd(), StatusCodes.Status413PayloadTooLarge);

    private static string Word(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => "The body did not arrive in time. Send it again, faster.",
        StatusCodes.Status413PayloadTooLarge => "The body is larger than the server takes.",
        _ => "The body breaks off, or its chunks are broken.",
    };
}
