using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Http;

namespace Serverless.Files;

/// <summary>
/// Files that are larger than a request may be, or whose connection breaks: sent in parts, and gone on with where they stopped. Whoever
/// sends names the upload; a part is told by where it begins.
/// </summary>
internal sealed class UploadFunctions(FileUploads uploads, IOptions<FileSettings> settings)
{
    private const string Instead = "Send it in smaller parts.";

    /// <summary>
    /// <c>PUT /api/uploads/{container}/{path}?upload=&amp;offset=</c>: stores a part of a file, which nobody sees yet. 200; 409 when the
    /// path takes no more blocks; 413 when the part is larger than a request may be.
    /// </summary>
    [Function("UploadPut")]
    public async Task<IResult> PutAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "uploads/{container}/{*path}")] HttpRequest request, string container,
        string? path, CancellationToken cancellationToken)
    {
        var (name, id, offset, refusal) = UploadRequest.Read(request.Query, container, path, "offset");
        if (name is null) return refusal!;
        if (request.Headers.ContentEncoding.Count > 0) return FileRequest.Encoded();

        // What is left of the largest file may be less than a part.
        var maxBytes = Math.Min(settings.Value.MaxUploadBytes, FileUploads.MaxLength - offset);
        if (request.ContentLength > maxBytes) throw BoundedStream.TooLarge(maxBytes, Instead);
        RequestBody.LiftServerLimit(request);
        try
        {
            var size = await uploads.StageAsync(name, id, offset, new BoundedStream(request.Body, maxBytes, Instead), cancellationToken);
            return Results.Ok(new UploadedRange(offset, size));
        }
        catch (RequestFailedException e) when (e.Status is 400 or 409)
        {
            return Problems.Create(
                StatusCodes.Status409Conflict, "The path takes no such part",
                "A file of another kind lies there, parts of another program, or more parts than a file may have. Choose another path, " +
                "or larger parts.");
        }
    }

    /// <summary><c>GET /api/uploads/{container}/{path}?upload=</c>: what has arrived; nothing of an upload that nobody knows.</summary>
    [Function("UploadShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "uploads/{container}/{*path}")] HttpRequest request, string container,
        string? path, CancellationToken cancellationToken)
    {
        var (name, id, _, refusal) = UploadRequest.Read(request.Query, container, path, null);
        return name is null ? refusal! : Results.Ok(new UploadState(await uploads.ReadAsync(name, id, cancellationToken)));
    }

    /// <summary>
    /// <c>POST /api/uploads/{container}/{path}?upload=&amp;length=</c>: makes a file of the parts. 201 when it is new, 200 when it replaced
    /// one or was made before; 409 when parts are missing; 412 when <c>If-Match</c> or <c>If-None-Match: *</c> do not hold.
    /// </summary>
    [Function("UploadComplete")]
    public async Task<IResult> CompleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "uploads/{container}/{*path}")] HttpRequest request, string container,
        string? path, CancellationToken cancellationToken)
    {
        var (name, id, length, refusal) = UploadRequest.Read(request.Query, container, path, "length");
        if (name is null) return refusal!;
        var conditions = FileConditions.OfChange(request.GetTypedHeaders(), out var fault);
        if (fault is not null) return Problems.Create(StatusCodes.Status400BadRequest, "The conditions are refused", fault);
        try
        {
            var outcome = await uploads.CompleteAsync(name, id, length, conditions, metadata: null, cancellationToken);
            if (outcome.File is not { } file) return UploadRequest.Incomplete(outcome.End, length);
            request.HttpContext.Response.Headers.ETag = file.ETag;
            return outcome.IsNew ? Results.Created(file.Url, file) : Results.Ok(file);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return Problems.Changed("file");
        }
        catch (RequestFailedException e) when (e.Status == 400)
        {
            return UploadRequest.Incomplete(0, length);
        }
    }
}
