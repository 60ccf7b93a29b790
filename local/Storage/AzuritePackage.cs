using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Serverless.Local.Storage;

/// <summary>The Azurite that the lock file pins, installed from npm into a cache folder on first use.</summary>
internal static class AzuritePackage
{
    private const int MinimumNode = 20;
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    private const string Advice =
        "Install Node.js 20 or newer (https://nodejs.org), or set AzureWebJobsStorage to the connection string of a storage account or " +
        "of an Azurite that runs.";

    /// <summary>The folder of the package files beside the program.</summary>
    public static string SourceFolder { get; } = Path.Combine(AppContext.BaseDirectory, "azurite");

    /// <summary>The cache of this user, or null where the user has no home.</summary>
    public static string? UserCache
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            return home.Length == 0 ? null : Path.Combine(home, "Serverless");
        }
    }

    /// <summary>Installs Azurite unless it is there already, and returns its main script.</summary>
    public static async Task<string> InstallAsync(
        string cache, IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var lockFile = Path.Combine(SourceFolder, "package-lock.json");
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(lockFile, cancellationToken)));
        var folder = Path.Combine(cache, $"azurite-{hash.AsSpan(0, 16)}");
        var main = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js");
        if (File.Exists(main)) return main;

        await RequireNodeAsync(cancellationToken);
        Directory.CreateDirectory(cache);
        await using var held = await LockAsync(folder + ".lock", time, cancellationToken);
        if (File.Exists(main)) return main;

        progress.Report($"Installing Azurite {await ReadVersionAsync(cancellationToken)} from npm into {cache} (first use only)");
        var started = time.GetTimestamp();
        var unfinished = folder + ".new";
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        Directory.CreateDirectory(unfinished);
        foreach (var name in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(SourceFolder, name), Path.Combine(unfinished, name));
        }

        await RunAsync(
            OperatingSystem.IsWindows() ? "npm.cmd" : "npm",
            ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            unfinished,
            cancellationToken);

        // A rename is all or nothing: a folder of this name is a complete installation.
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.Move(unfinished, folder);
        progress.Report($"Azurite installed in {time.GetElapsedTime(started).TotalSeconds:0} s");
        return main;
    }

    /// <exception cref="StorageUnavailableException">There is no such program.</exception>
    public static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            throw new StorageUnavailableException(
                $"'{process.StartInfo.FileName}' was not found; Azurite, the storage emulator, needs it. {Advice}", missing);
        }
    }

    private static async Task RequireNodeAsync(CancellationToken cancellationToken)
    {
        var version = (await RunAsync("node", ["--version"], AppContext.BaseDirectory, cancellationToken)).Trim();
        if (!int.TryParse(version.TrimStart('v').Split('.')[0], out var major) || major < MinimumNode)
        {
            throw new StorageUnavailableException($"Node.js {version} is too old for Azurite. {Advice}");
        }
    }

    private static async Task<string> ReadVersionAsync(CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(Path.Combine(SourceFolder, "package.json"));
        using var package = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        return package.RootElement.GetProperty("dependencies").GetProperty("azurite").GetString()!;
    }

    private static async Task<FileStream> LockAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockPoll, time, cancellationToken);
            }
        }
    }

    private static async Task<string> RunAsync(
        string program, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        Start(process);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode == 0) return await output;
        var message = new StringBuilder()
            .Append(program).Append(' ').AppendJoin(' ', arguments).Append(" ended with ").Append(process.ExitCode)
            .Append(": ").Append((await errors).Trim());
        throw new StorageUnavailableException($"Azurite could not be installed. {message}");
    }
}
