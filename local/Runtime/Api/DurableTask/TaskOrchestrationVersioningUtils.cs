namespace Microsoft.DurableTask.Abstractions;

/// <summary>How orchestration versions are ordered.</summary>
public static class TaskOrchestrationVersioningUtils
{
    /// <summary>Compares as <see cref="Version"/> where both can be read so, else as text. No version is less than any.</summary>
    public static int CompareVersions(string sourceVersion, string otherVersion)
    {
        var sourceIsEmpty = string.IsNullOrWhiteSpace(sourceVersion);
        var otherIsEmpty = string.IsNullOrWhiteSpace(otherVersion);
        if (sourceIsEmpty || otherIsEmpty) return otherIsEmpty.CompareTo(sourceIsEmpty);

        return Version.TryParse(sourceVersion, out var source) && Version.TryParse(otherVersion, out var other)
            ? source.CompareTo(other)
            : string.Compare(sourceVersion, otherVersion, StringComparison.OrdinalIgnoreCase);
    }
}
