using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Jobs;

/// <summary>A job's results in a folder, those of partitions in folders of their own.</summary>
internal static class ResultFiles
{
    /// <summary>The names of files that may be results, with slashes.</summary>
    public static IReadOnlyList<string> List(string folder)
    {
        var names = Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f));
        var partitions = Path.Combine(folder, JobFolder.PartitionsFolder);
        return Directory.Exists(partitions)
            ? [.. names, .. Directory.EnumerateFiles(partitions, "*", SearchOption.AllDirectories).Select(
                f => Path.GetRelativePath(folder, f).Replace(Path.DirectorySeparatorChar, '/'))]
            : [.. names];
    }

    /// <summary>Deletes the results of earlier jobs.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="kept">The results that stay.</param>
    public static void DeleteOthers(string folder, IEnumerable<FileInfo> kept)
    {
        var paths = kept.Select(f => f.FullName).ToHashSet(StringComparer.Ordinal);
        foreach (var old in List(folder).Where(CsvOutputs.IsName).Select(n => Path.GetFullPath(Path.Combine(folder, n))))
        {
            if (paths.Contains(old)) continue;
            File.Delete(old);
            for (var above = Path.GetDirectoryName(old)!; above != Path.GetFullPath(folder); above = Path.GetDirectoryName(above)!)
            {
                if (Directory.EnumerateFileSystemEntries(above).Any()) break;
                Directory.Delete(above);
            }
        }
    }

    /// <summary>Makes sure that a result is not written over another one.</summary>
    /// <exception cref="CommandFailedException">Their names differ in the case of letters, which this file system does not see.</exception>
    public static void RequireOwnName(IReadOnlyList<FileInfo> written, string target)
    {
        var full = Path.GetFullPath(target);
        if (written.FirstOrDefault(f => f.FullName.Equals(full, StringComparison.OrdinalIgnoreCase)) is not { } other) return;
        if (!File.Exists(Path.Combine(other.DirectoryName!, other.Name.ToUpperInvariant()))) return;
        throw new CommandFailedException(
            $"{target} and {other.FullName} are one file here, as they differ in the case of letters only: fetch them by files get.");
    }
}
