using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Serverless.Local.Jobs;

namespace Serverless.IntegrationTests.Local;

/// <summary>The host in a process group of its own, which its Azurite belongs to.</summary>
internal sealed class HostProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;

    private HostProcess(Process process, ConcurrentQueue<string> log, Uri address) =>
        (_process, Log, Http) = (process, log, new HttpClient { BaseAddress = address });

    public ConcurrentQueue<string> Log { get; }

    public HttpClient Http { get; }

    public bool IsKilled { get; private set; }

    public static async Task<HostProcess> StartAsync(string folder)
    {
        File.Delete(Path.Combine(folder, "address.json"));
        var start = new ProcessStartInfo(
            "setsid",
            [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "Serverless.Local.dll"), "--port", "0", "--data", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var log = new ConcurrentQueue<string>();
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Uri? address = null;
        var watch = Stopwatch.StartNew();
        while ((address = Find(folder)) is null)
        {
            Assert.False(process.HasExited, "The host ended while it started.");
            Assert.True(watch.Elapsed < Patience);
            await Task.Delay(Poll, TimeProvider.System);
        }

        return new HostProcess(process, log, address);
    }

    // The host may be just about to write it.
    private static Uri? Find(string folder)
    {
        try
        {
            return HostAddress.Find(folder);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }

    public async Task<JsonElement> ShowAsync(string id)
    {
        using var answer = await Http.GetAsync($"api/tasks/{id}");
        Assert.NotEqual(HttpStatusCode.NotFound, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public void Kill()
    {
        IsKilled = true;
        using var kill = Process.Start("kill", ["-KILL", "--", string.Create(CultureInfo.InvariantCulture, $"-{_process.Id}")]);
        kill.WaitForExit();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        Http.Dispose();
        _process.Dispose();
    }
}
