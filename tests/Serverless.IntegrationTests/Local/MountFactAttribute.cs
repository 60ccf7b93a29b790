using System.ComponentModel;
using System.Diagnostics;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>A test that needs a file system of its own; skipped where this user may mount none.</summary>
internal sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMount = new(() =>
    {
        if (!OperatingSystem.IsLinux()) return false;
        using var folder = new TemporaryFolder();
        try
        {
            using var mount = SmallDisk.Mount(folder.Path, "size=1m");
            return true;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return false;
        }
    });

    public MountFactAttribute()
    {
        if (!MayMount.Value) Skip = "Mounting a tmpfs needs root on Linux.";
    }
}

/// <summary>A tmpfs over a folder.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    /// <exception cref="InvalidOperationException">It is not allowed.</exception>
    public static SmallDisk Mount(string folder, string options)
    {
        Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);
        return new SmallDisk(folder);
    }

    public void Dispose() => Run("umount", "--lazy", _folder);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException(process.StandardError.ReadToEnd());
    }
}
