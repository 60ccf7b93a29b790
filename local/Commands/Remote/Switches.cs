using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Remote;

/// <summary>Options that several commands share.</summary>
internal static class Switches
{
    public static OptionSyntax Json { get; } = new("--json", null, "Shows the host's answer as JSON.");

    /// <summary>The application runs a command that has it again and again.</summary>
    public static OptionSyntax Watch { get; } = new("--watch", null, "Shows it anew every two seconds until Ctrl+C.");

    /// <summary>With <see cref="Json"/> and <see cref="HostTarget.Options"/> at the end.</summary>
    public static OptionSyntax[] WithHost(params OptionSyntax[] own) => [.. own, Json, .. HostTarget.Options];
}
