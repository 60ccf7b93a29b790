using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Serverless.Email.Templates;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Files;

/// <summary>Files over HTTP: those of the containers that <c>GET /api/files</c> lists.</summary>
internal sealed class FileFunctions(FileStore store, IOptions<FileSettings> settings)
{
    // A stored page has its own styles and pictures, and no origin: nothing in it can act as the page that shows it.
    private const string Sandbox =
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    private const string Instead =
        "That is the limit of this way in (setting Files__MaxUploadBytes); upload it to blob storage instead.";

    private const int DefaultSize = 100;
    private const int MaxSize = 1000;

    /// <summary><c>GET /api/files</c>: the containers, and what may be done with their files.</summary>
    [Function("FileContainers")]
    public static IResult Containers([HttpTrigger(AuthorizationLevel.Function, "get", Route = "files")] HttpRequest request) =>
        Results.Ok(new FileContainers([.. FileArea.All.Select(a => new FileContainer(
            a.Container, a.Holds, Addresses.OfFile(a.Container), a.IsWritable, a.IsRemovable))]));

    /// <summary><c>GET /api/files/{container}?prefix=&amp;size=&amp;after=</c>: files by path, a page at a time.</summary>
    [Function("FileList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "files/{container}")] HttpRequest request, string container,
        CancellationToken cancellationToken)
    {
        if (FileArea.Find(container) is null) return FileRequest.UnknownContainer(container);
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultSize, MaxSize, faults);
        var prefix = request.Query["prefix"] is [{ Length: > 0 } text] ? text : null;
        if (prefix is { Length: > 1024 } || prefix?.Any(c => char.IsControl(c) || c == '\uFFFD' || char.IsSurrogate(c)) == true)
            faults.Add("prefix", "Must be the start of a path, 1,024 characters at most.");
        if (faults.Any) return Problems.Invalid(faults);
        try
        {
            return Results.Ok(await store.ListAsync(container, prefix, size, after, cancellationToken));
        }
        catch (RequestFailedException e) when (e.Status is 400 or 404 && after is not null)
        {
            faults.Add("after", PageQuery.UnknownPlace);
            return Problems.Invalid(faults);
        }
    }

    /// <summary>
    /// <c>GET /api/files/{container}/{path}</c>: a file, or a range of it. 304 by <c>If-None-Match</c> and <c>If-Modified-Since</c>, 412
    /// by <c>If-Match</c>; <c>?download=true</c> makes a browser save it.
    /// </summary>
    [Function("FileGet")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "files/{container}/{*path}")] HttpRequest request,
        string container, string? path, CancellationToken cancellationToken)
    {
        var (_, name, refusal) = FileRequest.Read(container, path);
        if (name is null) return refusal!;
        if (await store.FindAsync(name, cancellationToken) is not { } file) return Unknown(name);

        var asked = request.GetTypedHeaders();
        var headers = request.HttpContext.Response.Headers;
        if (FileConditions.AsksForAnother(asked, file.ETag)) return Problems.Changed("file");
        if (FileConditions.IsBeyond(asked, file.ContentLength))
        {
            headers.ContentRange = new ContentRangeHeaderValue(file.ContentLength).ToString();
            return Problems.Create(
                StatusCodes.Status416RangeNotSatisfiable, "The file has no such range", "Content-Range says how many bytes there are.");
        }

        var type = string.IsNullOrEmpty(file.ContentType) ? FileTypes.Unknown : file.ContentType;
        var isShown = FileTypes.IsShown(type) && request.Query["download"] is not ["true"];
        var disposition = new ContentDispositionHeaderValue(isShown ? "inline" : "attachment");
        disposition.SetHttpFileName(System.IO.Path.GetFileName(name.Path));
        headers.ContentDisposition = disposition.ToString();
        headers.ContentSecurityPolicy = Sandbox;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "private, no-cache";
        if (file.ContentEncoding is { Length: > 0 } encoding) headers.ContentEncoding = encoding;
        var content = await store.OpenAsync(name, file.ETag, cancellationToken);
        return Results.Stream(
            content, type, lastModified: file.LastModified, entityTag: FileConditions.BuildHeader(file.ETag), enableRangeProcessing: true);
    }

    /// <summary>
    /// <c>PUT /api/files/{container}/{path}</c>: stores the body. 201 when it is new, 200 when it replaced one; 400 when it is to be a
    /// template and cannot be one; 412 when <c>If-Match</c> or <c>If-None-Match: *</c> do not hold.
    /// </summary>
    [Function("FilePut")]
    public async Task<IResult> PutAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "files/{container}/{*path}")] HttpRequest request, string container,
        string? path, CancellationToken cancellationToken)
    {
        var (area, name, refusal) = FileRequest.Read(container, path);
        if (name is null) return refusal!;
        if (!area!.IsWritable) return FileRequest.Forbidden(area, "put into");
        if (request.Headers.ContentEncoding.Count > 0) return FileRequest.Encoded();
        var conditions = FileConditions.OfChange(request.GetTypedHeaders(), out var fault);
        if (fault is not null) return Problems.Create(StatusCodes.Status400BadRequest, "The conditions are refused", fault);
        if (request.ContentLength > settings.Value.MaxUploadBytes) throw BoundedStream.TooLarge(settings.Value.MaxUploadBytes, Instead);

        RequestBody.LiftServerLimit(request);
        var isThere = await store.FindAsync(name, cancellationToken) is not null;
        try
        {
            var body = new BoundedStream(request.Body, settings.Value.MaxUploadBytes, Instead);
            await using Stream content = TemplateUpload.IsTemplate(name) ? await TemplateUpload.ReadAsync(body, cancellationToken) : body;
            var stored = await store.WriteAsync(
                name, content, FileTypes.Of(request.ContentType, name.Path), conditions, cancellationToken);
            request.HttpContext.Response.Headers.ETag = stored.ETag;
            return isThere ? Results.Ok(stored) : Results.Created(stored.Url, stored);
        }
        catch (TemplateException e)
        {
            return Problems.Create(
                StatusCodes.Status400BadRequest, "The template is refused", $"{e.Message} Nothing was stored.");
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return Problems.Changed("file");
        }
    }

    /// <summary><c>DELETE /api/files/{container}/{path}</c>: removes a file. 204; 404; 412 when <c>If-Match</c> does not hold.</summary>
    [Function("FileRemove")]
    public async Task<IResult> RemoveAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "files/{container}/{*path}")] HttpRequest request, string container,
        string? path, CancellationToken cancellationToken)
    {
        var (area, name, refusal) = FileRequest.Read(container, path);
        if (name is null) return refusal!;
        if (!area!.IsRemovable || IsPart(name.Path)) return FileRequest.Forbidden(area, "removed from");
        var conditions = FileConditions.OfChange(request.GetTypedHeaders(), out var fault);
        if (fault is not null) return Problems.Create(StatusCodes.Status400BadRequest, "The conditions are refused", fault);
        try
        {
            return await store.RemoveAsync(name, conditions, cancellationToken) ? Results.NoContent() : Unknown(name);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return Problems.Changed("file");
        }
    }

    private static IResult Unknown(BlobName name) => Problems.NotFound(
        "file", name.Path, $"GET /api/files/{name.Container}?prefix= lists the files that there are.");

    // What a running job needs lies below .parts/.
    private static bool IsPart(string path) => path.Contains("/.parts/", StringComparison.Ordinal);
}
