namespace Serverless.Local.Sqlite;

/// <summary>Takes a file for this process alone; the operating system gives it back when the process ends, however it ends.</summary>
internal static class LockFile
{
    // What .NET makes of EWOULDBLOCK (Linux, macOS), and of a sharing or lock violation (Windows).
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    /// <param name="path">The file, made if it is not there.</param>
    /// <param name="held">What it means that another process has it.</param>
    /// <exception cref="FileHeldException">Another process has it.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static FileStream Take(string path, string held)
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (Held.Contains(e.HResult))
        {
            throw new FileHeldException(held, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Cannot write to the data folder {folder}: {e.Message.TrimEnd('.')}. Make it writable, or give another folder with " +
                $"--data DIR.", e);
        }
    }
}

/// <summary>Another process has a file that is for one alone.</summary>
internal sealed class FileHeldException(string message, Exception inner) : IOException(message, inner);
