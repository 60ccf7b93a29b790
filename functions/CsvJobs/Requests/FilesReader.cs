using System.Text.Json.Nodes;
using Serverless.CsvJobs.Sets;
using Serverless.Http;

namespace Serverless.CsvJobs.Requests;

/// <summary>Reads the pattern of a request that names many files in the place of one.</summary>
internal static class FilesReader
{
    private const string Files = "files";

    private static readonly string[] OfOneFile = ["member", "sheet"];

    /// <summary>Takes the pattern out of the request; null when it names one file, or the pattern is at fault.</summary>
    /// <param name="json">The request.</param>
    /// <param name="faults">Receives the faults.</param>
    public static BlobPattern? Take(JsonObject json, ValidationErrors faults)
    {
        if (json[Files] is not { } node) return null;
        json.Remove(Files);
        if (json.ContainsKey("blob")) faults.Add(Files, "Is not for use with blob, which names one file.");
        foreach (var option in OfOneFile.Where(json.ContainsKey))
            faults.Add(option, "Is for one file: of several, each archive must have one member, and of workbooks the first sheet is read.");
        BlobPattern? pattern = null;
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text))
            faults.Add(Files, "Must be a string: a folder or a pattern, such as \"incoming/2024/*.csv\".");
        else if (!BlobPattern.TryParse(text, out pattern, out var fault)) faults.Add(Files, fault);
        return pattern;
    }
}
