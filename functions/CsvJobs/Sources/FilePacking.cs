using System.Text.Json.Serialization;

namespace Serverless.CsvJobs.Sources;

/// <summary>The containers that a file's text may be wrapped in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PackingKind>))]
internal enum PackingKind
{
    /// <summary>Nothing: it is read in ranges.</summary>
    None,

    /// <summary>One or more members of RFC 1952.</summary>
    Gzip,

    /// <summary>A zip archive, of which one member is read.</summary>
    Zip,

    /// <summary>An Excel workbook, of which one sheet is read.</summary>
    Workbook,
}

/// <summary>The ways to get at a file's text.</summary>
/// <param name="Kind">What it is wrapped in.</param>
/// <param name="Part">The member of the archive or the sheet of the workbook; empty for others.</param>
internal sealed record FilePacking(PackingKind Kind = PackingKind.None, string Part = "")
{
    /// <summary>As it stands.</summary>
    public static FilePacking None { get; } = new();
}
