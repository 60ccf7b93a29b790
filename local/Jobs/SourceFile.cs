using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Serverless.CsvJobs;
using Serverless.Local.Screens;
using Serverless.Storage;

namespace Serverless.Local.Jobs;

/// <summary>
/// A file to process. The blob it becomes is named after its place, size and time, so that the same file is uploaded once.
/// </summary>
internal sealed class SourceFile : IJobSource
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly FileInfo _file;

    public SourceFile(string path)
    {
        _file = new FileInfo(path);
        var identity = string.Create(CultureInfo.InvariantCulture, $"{_file.FullName}|{_file.Length}|{_file.LastWriteTimeUtc.Ticks}");
        BlobPath = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 6))}/{_file.Name}";
    }

    public string FullName => _file.FullName;

    public string Name => _file.Name;

    /// <summary>The name without <c>.csv</c>, <c>.csv.gz</c> and the like.</summary>
    public string Stem => _file.Name.Split('.') is [{ Length: > 0 } stem, ..] ? stem : _file.Name;

    public long Length => _file.Length;

    /// <summary>The path within the container <c>incoming</c>.</summary>
    public string BlobPath { get; }

    public (string Option, string Value) Request => ("blob", $"{Containers.Incoming}/{BlobPath}");

    public async Task<bool> IsUploadedAsync(IncomingBlobs incoming, CancellationToken cancellationToken) =>
        (await incoming.FindETagAsync(BlobPath, cancellationToken)).Length > 0;

    public async Task UploadAsync(IncomingBlobs incoming, Upload upload, CancellationToken cancellationToken)
    {
        await using var content = OpenRead();
        var work = incoming.UploadAsync(BlobPath, content, upload.Options, cancellationToken);
        var size = Sizes.Format(Length);
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(Poll, upload.Time, cancellationToken));
            if (!work.IsCompleted) upload.Progress.Report(new Step(content.Position / (double)Math.Max(1, Length), size));
        }

        await work;
    }

    /// <summary>The Table Schema that lies beside the file, or null.</summary>
    public string? FindSchema() => IncomingBlobs.ListSchemasBeside(FullName).FirstOrDefault(File.Exists);

    public FileStream OpenRead() =>
        new(FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
}
