using System.Globalization;
using Serverless.Local.Storage;

namespace Serverless.Local;

/// <summary>Keeps a data folder for one process; the operating system gives it back when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="StorageUnavailableException">Another process has the folder.</exception>
    public static FolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FolderLock(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException held) when (held is not DirectoryNotFoundException)
        {
            throw new StorageUnavailableException(
                string.Create(CultureInfo.InvariantCulture, $"Another process works on the data folder {folder}. Stop it, or give another folder with --data DIR."), held);
        }
    }

    public void Dispose() => _file.Dispose();
}
