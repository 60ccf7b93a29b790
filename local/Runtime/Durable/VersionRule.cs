using Microsoft.DurableTask.Abstractions;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Which versions of orchestrations this host runs, as host.json's <c>extensions.durableTask</c> says.</summary>
/// <param name="Default">The version of what is started without one; null: none is checked.</param>
/// <param name="Match">How an instance's version is held against it.</param>
internal sealed record VersionRule(string? Default = null, VersionMatch Match = VersionMatch.CurrentOrOlder)
{
    /// <summary>Says why an instance of the version must not run here; null if it may.</summary>
    public string? Fault(string version)
    {
        if (string.IsNullOrEmpty(Default)) return null;
        return Match switch
        {
            VersionMatch.Strict when !string.Equals(version, Default, StringComparison.OrdinalIgnoreCase) =>
                $"The orchestration's version '{version}' is not this host's, '{Default}', and versionMatchStrategy is Strict.",
            VersionMatch.CurrentOrOlder when TaskOrchestrationVersioningUtils.CompareVersions(version, Default) > 0 =>
                $"The orchestration's version '{version}' is newer than this host's, '{Default}', and versionMatchStrategy is " +
                $"CurrentOrOlder.",
            _ => null,
        };
    }
}

/// <summary>How an instance's version is held against the host's.</summary>
internal enum VersionMatch
{
    None,
    Strict,
    CurrentOrOlder,
}
