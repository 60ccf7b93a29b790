using System.Diagnostics;

namespace Serverless.TestSupport;

/// <summary>Real files, installed from npm at the first use.</summary>
internal static class NpmData
{
    private static readonly Lazy<Task<string>> Folder = new(InstallAsync);

    /// <summary>The path of a package's file.</summary>
    public static async Task<string> FindAsync(params string[] path) => Path.Combine([await Folder.Value, .. path]);

    private static async Task<string> InstallAsync()
    {
        var root = Path.Combine(Repository.Root, "tests", "data");
        var modules = Path.Combine(root, "node_modules");
        var complete = Path.Combine(modules, ".package-lock.json");
        if (File.Exists(complete)
            && File.GetLastWriteTimeUtc(complete) >= File.GetLastWriteTimeUtc(Path.Combine(root, "package-lock.json"))) return modules;

        var start = new ProcessStartInfo(
            OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "ci --ignore-scripts --no-audit --no-fund --loglevel=error")
        {
            WorkingDirectory = root,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var errors = await npm.StandardError.ReadToEndAsync(limit.Token);
        await npm.WaitForExitAsync(limit.Token);
        return npm.ExitCode == 0 ? modules : throw new InvalidOperationException($"npm ci failed in {root}: {errors}");
    }
}
