using Serverless.Storage;
using Serverless.Tasks;

namespace Serverless.Examples;

/// <summary>
/// Counts what lies in a folder of blob storage: the example that the README explains. It may run any number of times, for it only reads;
/// a task that writes does so under names that its arguments decide.
/// </summary>
[TaskHandler("examples.folder_size", Queue = "io_workers", MaxRetries = 5)]
internal sealed class FolderSize(Containers containers) : ITaskHandler<FolderSize.Args, FolderSize.Result>
{
    public sealed record Args(string Folder);

    public sealed record Result(long Blobs, long Bytes);

    public async Task<Result> RunAsync(Args args, TaskContext context)
    {
        if (!BlobName.TryParse(args.Folder, [Containers.Incoming, Containers.Processed], out var folder, out var fault))
            throw new TaskValidationException($"folder: {fault}");

        var (blobs, bytes) = (0L, 0L);
        await foreach (var blob in containers.ListAsync(folder.Container, $"{folder.Path}/", context.CancellationToken))
        {
            (blobs, bytes) = (blobs + 1, bytes + (blob.Properties.ContentLength ?? 0));
            await context.ReportAsync(blobs, total: 0, $"{bytes} bytes so far");
        }

        return new Result(blobs, bytes);
    }
}
