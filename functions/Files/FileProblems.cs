using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Files;

/// <summary>The answers to refused requests about files.</summary>
internal static class FileProblems
{
    public static IResult UnknownContainer() => Problems.NotFound(
        "There is no such container",
        $"Files lie in {string.Join(", ", FileArea.All.Select(a => a.Container))}.");

    public static IResult UnknownFile() => Problems.NotFound(
        "There is no such file", "GET /api/files/{container}?prefix= lists the files that there are.");

    public static IResult Forbidden(FileArea area, string done) => Problems.Create(
        StatusCodes.Status403Forbidden, "These files are the app's to write", $"Nothing can be {done} {area.Container}.");

    public static IResult Changed() => Problems.Create(
        StatusCodes.Status412PreconditionFailed, "The file is of another version",
        "Read it again, and give the ETag of that answer in If-Match; If-None-Match: * stands for a file that is not there yet.");

    public static IResult NoTemplate(string reason) => Problems.Create(
        StatusCodes.Status400BadRequest, "The template is refused", $"{reason} Nothing was stored.");

    public static IResult Encoded() => Problems.Create(
        StatusCodes.Status415UnsupportedMediaType, "The body is encoded", "Send the file as it is, without Content-Encoding.");

    public static IResult Beyond() => Problems.Create(
        StatusCodes.Status416RangeNotSatisfiable, "The file has no such range", "Content-Range says how many bytes there are.");
}
