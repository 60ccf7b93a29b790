using Serverless.Local.Sqlite;
using Serverless.Local.Storage;

namespace Serverless.Local;

/// <summary>Keeps a data folder for one process; the operating system gives it back when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="FolderInUseException">Another process has the folder.</exception>
    /// <exception cref="StorageUnavailableException">It cannot be written to.</exception>
    public static FolderLock Take(string folder)
    {
        try
        {
            return new FolderLock(LockFile.Take(
                Path.Combine(
                    folder, "lock"),
                    $"Another process works on the data folder {folder}. Stop it, or give another folder with --data DIR."));
        }
        catch (FileHeldException held)
        {
            throw new FolderInUseException(held.Message, held);
        }
        catch (IOException refused)
        {
            throw new StorageUnavailableException(refused.Message, refused);
        }
    }

    public void Dispose() => _file.Dispose();
}
