using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Sets;
using Serverless.Local.Screens;
using Serverless.Storage;

namespace Serverless.Local.Jobs;

/// <summary>
/// Files that are one job's input. The folder that they go to is named after their places, sizes and times, so that the same files are
/// uploaded once.
/// </summary>
internal sealed class SourceSet : IJobSource
{
    private const int ParallelUploads = 8;

    private readonly IReadOnlyList<SourceFile> _files;
    private readonly string? _folder;
    private readonly string _prefix;

    /// <param name="paths">The files.</param>
    /// <param name="folder">The folder that they all lie in; null when they lie in several.</param>
    public SourceSet(IReadOnlyList<string> paths, string? folder)
    {
        _files = [.. paths.Select(p => new SourceFile(p))];
        _folder = folder;
        var identity = string.Join('\n', _files.Select(f => f.BlobPath));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 6));
        _prefix = $"{new CsvSettings().SetsFolder}/{hash}/";
    }

    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"{_files.Count:N0} files{(_folder is null ? "" : $" of {Path.GetFileName(_folder)}")}");

    public string Stem => _folder is null ? "files" : Path.GetFileName(_folder);

    public long Length => _files.Sum(f => f.Length);

    public (string Option, string Value) Request => ("files", $"{Containers.Incoming}/{_prefix}");

    public string? FindSchema() => _folder is null ? null : IncomingBlobs.ListSchemasBeside(_folder).FirstOrDefault(File.Exists);

    public async Task<bool> IsUploadedAsync(IncomingBlobs incoming, CancellationToken cancellationToken)
    {
        var there = (await incoming.ListAsync(BlobPattern.Of(_prefix), cancellationToken)).Files
            .ToDictionary(f => f.Path, f => f.Size, StringComparer.Ordinal);
        return Named().All(f => there.TryGetValue(f.Path, out var size) && size == f.File.Length);
    }

    public async Task UploadAsync(IncomingBlobs incoming, Upload upload, CancellationToken cancellationToken)
    {
        var (done, all, size) = (0L, Math.Max(1, Length), Sizes.Format(Length));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelUploads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Named(), parallel, async (named, token) =>
        {
            await using var content = named.File.OpenRead();
            await incoming.UploadAsync(named.Path, content, upload.Options, token);
            upload.Progress.Report(new Step(Interlocked.Add(ref done, named.File.Length) / (double)all, size));
        });
    }

    /// <summary>Names files as they are named within a job: those of one name may come from several folders.</summary>
    public static IEnumerable<(string Name, T File)> NameFiles<T>(IEnumerable<T> files, Func<T, string> nameOf) =>
        files.GroupBy(nameOf, StringComparer.Ordinal).SelectMany(group => group.Select((file, i) =>
            (i == 0 ? group.Key : string.Create(CultureInfo.InvariantCulture, $"{i + 1}/{group.Key}"), file)));

    private IEnumerable<(string Path, SourceFile File)> Named() =>
        NameFiles(_files, f => f.Name).Select(n => ($"{_prefix}{n.Name}", n.File));
}
