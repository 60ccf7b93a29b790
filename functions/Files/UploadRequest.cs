using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Serverless.Email.Templates;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Files;

/// <summary>The upload that a request means, or why it means none.</summary>
internal readonly record struct UploadRequest(BlobName? Name, string Id, long Number, IResult? Refusal)
{
    private const int MaxId = 64;

    /// <summary>Reads the route and the query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="container">The container.</param>
    /// <param name="path">The path in it.</param>
    /// <param name="number">The member of the query that is a number of bytes; null when there is none.</param>
    public static UploadRequest Read(IQueryCollection query, string container, string? path, string? number)
    {
        var (area, name, refusal) = FileRequest.Read(container, path);
        if (name is null) return new UploadRequest(null, "", 0, refusal);
        if (!area!.IsWritable) return new UploadRequest(null, "", 0, FileRequest.Forbidden(area, "put into"));
        if (TemplateUpload.IsTemplate(name)) return new UploadRequest(null, "", 0, NotInParts());

        var faults = new ValidationErrors();
        var (id, value) = ReadQuery(query, number, faults);
        return faults.Any
            ? new UploadRequest(null, "", 0, Problems.Invalid(faults))
            : new UploadRequest(name, id, value, null);
    }

    /// <summary>The upload that a query names, and a number of bytes beside it; what is wrong with them is noted.</summary>
    /// <param name="query">The query.</param>
    /// <param name="number">The member that is a number of bytes; null when there is none.</param>
    /// <param name="faults">Where faults are noted.</param>
    public static (string Id, long Number) ReadQuery(IQueryCollection query, string? number, ValidationErrors faults)
    {
        var id = query["upload"] is [{ Length: > 0 and <= MaxId } text] && text.All(IsIdCharacter) ? text : null;
        if (id is null)
            faults.Add("upload", $"Name the upload: {MaxId} letters, digits, - and _ at most, the same for all parts of one file.");
        var value = 0L;
        if (number is not null && !IsNumber(query[number], out value))
            faults.Add(number, $"Must be a number of bytes from 0 to {FileUploads.MaxLength}.");
        return (id ?? "", value);
    }

    /// <summary>409 for an upload whose parts are not all there.</summary>
    /// <param name="end">Where the bytes end that follow each other from the first on.</param>
    /// <param name="length">The bytes that there should be.</param>
    public static IResult Incomplete(long end, long length) => Problems.Create(
        StatusCodes.Status409Conflict, "The upload is not complete",
        string.Create(CultureInfo.InvariantCulture, $"From the first byte on, {end} of {length} bytes are there. ") +
        "GET /api/uploads/... lists what has arrived.");

    private static IResult NotInParts() => Problems.Create(
        StatusCodes.Status400BadRequest, "A template comes in one piece",
        "It is checked before it is stored: send it with PUT /api/files/templates/{path}.");

    private static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    private static bool IsNumber(StringValues given, out long value)
    {
        value = 0;
        return given is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && value <= FileUploads.MaxLength;
    }
}
