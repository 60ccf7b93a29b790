using System.Diagnostics;
using System.Globalization;
using Serverless.Local.Storage;

namespace Serverless.Benchmarks.Csv;

/// <summary>The local host as a process of its own, so that its memory can be told from the benchmark's and Azurite's.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private const string Announcement = "Serverless on ";

    private readonly Process _process;

    private HostProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>The most memory that was ever resident, in bytes; 0 where the system does not tell.</summary>
    public long PeakMemory
    {
        get
        {
            var status = $"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}/status";
            if (!File.Exists(status)) return 0;
            var line = File.ReadLines(status).First(fact => fact.StartsWith("VmHWM:", StringComparison.Ordinal));
            return 1024 * long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The memory that is resident now, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<HostProcess> StartAsync(
        string storage, string dataFolder, CancellationToken cancellationToken, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Serverless.Local.dll"), "--port", "0", "--data", dataFolder])
        {
            RedirectStandardOutput = true,
            Environment = { [StorageSetting.Name] = storage },
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith(Announcement, StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
            return new HostProcess(process, new Uri(line[Announcement.Length..]));
        }

        throw new InvalidOperationException("The host ended while it started.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
