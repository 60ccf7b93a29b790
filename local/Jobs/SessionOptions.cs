using Microsoft.Extensions.Logging;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Jobs;

/// <summary>The options of a host that is opened.</summary>
/// <param name="DataFolder">Where everything is kept; <c>.serverless</c> in the current folder when null.</param>
/// <param name="Port">The port of the HTTP functions; 0 for one that is free.</param>
/// <param name="MinimumLogLevel">What is worth a line on the error stream; null when host.json says so.</param>
/// <param name="IsVerbose">Stack traces are shown for what users did, too.</param>
internal sealed record SessionOptions(string? DataFolder, int Port, LogLevel? MinimumLogLevel = LogLevel.Warning, bool IsVerbose = false)
{
    /// <summary>Names that requests may be addressed to, besides this machine's own.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    public static OptionSyntax Data { get; } = new("--data", "DIR", "Where jobs and blobs are kept; .serverless unless given.");

    public string Folder => Path.GetFullPath(DataFolder ?? ".serverless");
}
