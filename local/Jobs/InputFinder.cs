using Serverless.CsvJobs;

namespace Serverless.Local.Jobs;

/// <summary>
/// Finds the files of a job's input among files and folders that somebody names, as <c>process</c> and <c>--together</c> take them.
/// </summary>
/// <param name="paths">Files and folders.</param>
internal sealed class InputFinder(IReadOnlyList<string> paths)
{
    /// <summary>The file of a job that has one; null when more are meant, or none.</summary>
    public FoundInput? FindOnly() =>
        ListNamed().Where(f => f.IsMeant).Select(f => f.Path).ToList() is [var only] ? new FoundInput(only, only, Open(only)) : null;

    /// <summary>The files of a job of several, with those that are gone and those that are none of it.</summary>
    /// <param name="names">Their paths within <c>incoming</c>.</param>
    public IReadOnlyList<FoundInput> Find(IReadOnlyList<string> names)
    {
        var files = ListNamed().ToList();
        var (start, count) = FindStart(names, files);
        if (count < names.Count)
        {
            List<NamedFile> below = [.. files, .. ListBelow()];
            if (FindStart(names, below) is var (belowStart, more) && more > count) (start, files) = (belowStart, below);
        }

        var there = files.DistinctBy(f => f.Name, StringComparer.Ordinal).ToDictionary(f => start + f.Name, StringComparer.Ordinal);
        var all = names.Select(n => there.Remove(n, out var file)
            ? new FoundInput(n, file.Path, Open(file.Path)) : new FoundInput(n, Show(n[start.Length..]), null)).ToList();
        return [.. all, .. there.Where(o => o.Value.IsMeant).Select(o => new FoundInput(o.Key, o.Value.Path, Open(o.Value.Path)))];
    }

    // A job's files have a folder in storage before their names, which nobody need know: it is the one with which the most are found.
    private static (string Start, int Count) FindStart(IReadOnlyList<string> names, List<NamedFile> files)
    {
        var there = files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var folder = names[0];
        var best = ("", -1);
        while (folder.Length > 0)
        {
            folder = folder[..(folder.AsSpan().TrimEnd('/').LastIndexOf('/') + 1)];
            if (!names.All(n => n.StartsWith(folder, StringComparison.Ordinal))) continue;
            var count = names.Count(n => there.Contains(n[folder.Length..]));
            if (count > best.Item2) best = (folder, count);
        }

        return best;
    }

    private static Func<CancellationToken, Task<Stream>> Open(string path) => _ => Task.FromResult<Stream>(
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan));

    private static string NameOf(string folder, string path) =>
        Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');

    // What a pattern of files means was told by whoever expanded it; of a folder, tables are meant, and others may be.
    private IEnumerable<NamedFile> ListNamed()
    {
        var files = paths.SelectMany(path => Directory.Exists(path)
            ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)
                .Select(f => new NamedFile(Path.GetFileName(f), f, SourcePaths.IsTable(Path.GetFileName(f))))
            : [new NamedFile(Path.GetFileName(path), path, IsMeant: true)]);
        return SourceSet.NameFiles(files, f => f.Name).Select(n => n.File with { Name = n.Name });
    }

    private IEnumerable<NamedFile> ListBelow() => paths.Where(Directory.Exists).SelectMany(
        folder => Directory.EnumerateDirectories(folder).SelectMany(
            below => Directory.EnumerateFiles(below, "*", SearchOption.AllDirectories)
                .Select(f => new NamedFile(NameOf(folder, f), f, SourcePaths.IsTable(Path.GetFileName(f))))));

    private string Show(string name) => paths is [var folder] && Directory.Exists(folder) ? Path.Combine(folder, name) : name;

    /// <param name="Name">Its name within the job.</param>
    /// <param name="Path">Where it is.</param>
    /// <param name="IsMeant">It is a file to clean.</param>
    private sealed record NamedFile(string Name, string Path, bool IsMeant);
}
