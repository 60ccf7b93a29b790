using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

namespace Serverless.InfraTests;

/// <summary>Runs the compiler that the build restored.</summary>
internal static class BicepCompiler
{
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "USERPROFILE", "SystemRoot"];

    private static readonly string? Compiler = typeof(BicepCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == "BicepPath")?.Value?.Replace('\\', Path.DirectorySeparatorChar);

    /// <summary>The reason that it cannot run here; null when it can.</summary>
    public static string? Absent => File.Exists(Compiler) ? null : "There is no package of the Bicep compiler for this platform.";

    /// <summary>Runs a command in a folder, with these environment variables besides the few that every program needs.</summary>
    /// <returns>What it wrote, and what it complained of.</returns>
    public static async Task<(string Output, string Complaints)> RunAsync(
        string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Compiler!, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) start.Environment[name] = value;
        }

        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new Win32Exception("The Bicep compiler did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var complaints = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"bicep {string.Join(' ', arguments)}: {await complaints}{await output}");
        return (await output, await complaints);
    }
}
