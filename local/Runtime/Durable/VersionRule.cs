using Microsoft.DurableTask.Abstractions;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Which versions of orchestrations this host runs, as host.json's <c>extensions.durableTask</c> says.</summary>
/// <param name="Default">The version of what is started without one; null: none is checked.</param>
/// <param name="Match">How an instance's version is held against it.</param>
/// <param name="Failure">What becomes of an instance that does not fit.</param>
internal sealed record VersionRule(
    string? Default = null, VersionMatch Match = VersionMatch.CurrentOrOlder, VersionFailure Failure = VersionFailure.Reject)
{
    /// <summary>Says why an instance of the version is left as it is; null if it may be taken up, if only to fail.</summary>
    public string? FindRejection(string version) => Failure == VersionFailure.Reject ? FindFault(version) : null;

    /// <summary>Says why an instance of the version must not run here; null if it may.</summary>
    public string? FindFault(string version)
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

/// <summary>The rule by which an instance's version is held against the host's.</summary>
internal enum VersionMatch
{
    None,
    Strict,
    CurrentOrOlder,
}

/// <summary>The fate of an instance whose version does not fit the host's.</summary>
internal enum VersionFailure
{
    /// <summary>It stays as it is, until a host that fits takes it up.</summary>
    Reject,

    /// <summary>It ends as failed.</summary>
    Fail,
}
