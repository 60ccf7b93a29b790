using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Files;

/// <summary>The file that a route names, or why it names none.</summary>
internal readonly record struct FileRequest(FileArea? Area, BlobName? Name, IResult? Refusal)
{
    /// <summary>Reads the route.</summary>
    public static FileRequest Read(string container, string? path)
    {
        if (FileArea.Find(container) is not { } area) return new FileRequest(null, null, UnknownContainer(container));
        var faults = new ValidationErrors();
        if (!BlobName.TryParse($"{container}/{path}", [container], out var name, out var fault)) faults.Add("path", fault);

        // Routing leaves this one character as it came: whoever reads the name later might not.
        if (path?.Contains("%2f", StringComparison.OrdinalIgnoreCase) ?? false)
            faults.Add("path", "The path holds an encoded slash (%2F); write it as \"/\".");
        return faults.Any ? new FileRequest(area, null, Problems.Invalid(faults)) : new FileRequest(area, name, null);
    }

    /// <summary>404 for what is no container of files.</summary>
    public static IResult UnknownContainer(string container) => Problems.NotFound(
        "container", container, $"Files lie in {string.Join(", ", FileArea.All.Select(a => a.Container))}.");

    /// <summary>403 for files that only the app changes.</summary>
    public static IResult Forbidden(FileArea area, string done) => Problems.Create(
        StatusCodes.Status403Forbidden, "These files are the app's to write", $"Nothing can be {done} {area.Container}.");

    /// <summary>415 for a body that is not the file itself.</summary>
    public static IResult Encoded() => Problems.Create(
        StatusCodes.Status415UnsupportedMediaType, "The body is encoded", "Send the file as it is, without Content-Encoding.");
}
