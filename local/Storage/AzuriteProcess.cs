using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Local.Storage;

/// <summary>An Azurite of our own: a child process on free loopback ports that never outlives this process.</summary>
internal sealed class AzuriteProcess : IAsyncDisposable
{
    private const int KeptLines = 50;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly Queue<string> _lastLines = new();
    private readonly Dictionary<string, string> _endpoints = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _started;

    private AzuriteProcess(Process process, TimeProvider time)
    {
        _process = process;
        _time = time;
    }

    /// <summary>Reaches the blob, queue and table endpoints with the emulator's published account.</summary>
    public string ConnectionString { get; private set; } = "";

    public int ProcessId => _process.Id;

    /// <summary>Completes when Azurite has ended, for whatever reason.</summary>
    public Task Completion => _process.WaitForExitAsync();

    /// <summary>Starts Azurite on what an earlier one left in <paramref name="folder"/> and waits until it answers.</summary>
    public static async Task<AzuriteProcess> StartAsync(
        string folder, IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        var cache = AzuritePackage.UserCache ?? folder;
        var main = await AzuritePackage.InstallAsync(cache, progress, time, cancellationToken);

        var process = new Process
        {
            EnableRaisingEvents = true,
            StartInfo = new ProcessStartInfo("node", Arguments(main, folder))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        var azurite = new AzuriteProcess(process, time);
        try
        {
            await azurite.StartAsync(cancellationToken);
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks Azurite to save and end, and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_started && !_process.HasExited)
        {
            _process.StandardInput.Close();
            try
            {
                await _process.WaitForExitAsync().WaitAsync(StopLimit, _time);
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    // Room for what a request leaves behind: V8 begins with 1 MB, and spends three times as long on collections.
    private static string[] Arguments(string main, string folder) =>
    [
        "--min-semi-space-size=16", "--max-semi-space-size=64",
        Path.Combine(AzuritePackage.SourceFolder, "start.cjs"), main, LockAddress(folder),
        "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
        "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
        "--location", folder, "--silent", "--disableTelemetry", "--skipApiVersionCheck",
    ];

    private static string LockAddress(string folder)
    {
        // A socket's path is limited to some hundred characters, which a data folder's may exceed.
        var name = $"serverless-azurite-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 8))}";
        return OperatingSystem.IsWindows() ? $@"\\.\pipe\{name}" : Path.Combine(Path.GetTempPath(), name);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _process.OutputDataReceived += (_, line) => OnReceived(line.Data);
        _process.ErrorDataReceived += (_, line) => OnReceived(line.Data);
        AzuritePackage.Start(_process);
        _started = true;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        var ended = _process.WaitForExitAsync(cancellationToken);
        try
        {
            if (await Task.WhenAny(_ready.Task, ended).WaitAsync(StartLimit, _time, cancellationToken) == ended)
                throw new StorageUnavailableException($"Azurite ended while it started (exit code {_process.ExitCode}).\n{LastLines()}");
        }
        catch (TimeoutException timeout)
        {
            throw new StorageUnavailableException($"Azurite did not start within {StartLimit.TotalSeconds:0} s.\n{LastLines()}", timeout);
        }

        ConnectionString = EmulatorAccount.BuildConnectionString(_endpoints["Blob"], _endpoints["Queue"], _endpoints["Table"]);
    }

    private void OnReceived(string? line)
    {
        if (line is null) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines) _lastLines.Dequeue();
            if (_ready.Task.IsCompleted
                || line.Split(' ') is not ["Azurite", var service, "service", "is", "successfully", "listening", "at", var address]) return;

            _endpoints[service] = address;
            if (_endpoints.Count == 3) _ready.SetResult();
        }
    }

    private string LastLines()
    {
        lock (_lastLines) return string.Join('\n', _lastLines);
    }
}
