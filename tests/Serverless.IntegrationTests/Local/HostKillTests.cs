using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>Kills the host together with its Azurite, as a container's end does, while it takes and runs tasks.</summary>
public sealed class HostKillTests
{
    private const int Tasks = 2000;
    private const int Kills = 3;
    private const int SendsAtOnce = 16;

    // What a killed host had locked is free again after a minute.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<int, string> _acknowledged = [];
    private readonly ConcurrentDictionary<string, bool> _succeeded = [];

    [Fact]
    public async Task HostAndAzurite_KilledTogether_EveryAcknowledgedTaskEnds()
    {
        using var folder = new TemporaryFolder();
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var host = await HostProcess.StartAsync(folder.Path);
            await SendAsync(host, until: Tasks * kill / (Kills + 1));
            host.Kill();
        }

        using var last = await HostProcess.StartAsync(folder.Path);
        foreach (var id in _succeeded.Keys) Assert.Equal("SUCCESS", (await last.ShowAsync(id)).GetProperty("state").GetString());
        await SendAsync(last, Tasks);
        foreach (var (number, id) in _acknowledged) Assert.Equal(number + 1, (await EndAsync(last, id)).GetProperty("result").GetDouble());
        last.Kill();
    }

    // The last sends are on their way when this returns: their answers may never come.
    private async Task SendAsync(HostProcess host, int until)
    {
        var left = new ConcurrentQueue<int>(Enumerable.Range(0, Tasks).Except(_acknowledged.Keys));
        var senders = Enumerable.Range(0, SendsAtOnce).Select(_ => SendAsync(host, left)).ToList();
        while (_acknowledged.Count < until)
        {
            await Task.WhenAny([.. senders, Task.Delay(Poll, TimeProvider.System)]);
            if (senders.Find(s => s.IsFaulted) is { } failed) await failed;
        }
    }

    private async Task SendAsync(HostProcess host, ConcurrentQueue<int> left)
    {
        while (!host.IsKilled && left.TryDequeue(out var number))
        {
            try
            {
                using var answer = await host.Http.PostAsJsonAsync("api/tasks/demo.add", new { args = new { a = number, b = 1 } });
                answer.EnsureSuccessStatusCode();
                var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
                _acknowledged[number] = id;
                if (number % 5 == 0 && (await host.ShowAsync(id)).GetProperty("state").GetString() == "SUCCESS") _succeeded[id] = true;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && host.IsKilled)
            {
                return;
            }
        }
    }

    private static async Task<JsonElement> EndAsync(HostProcess host, string id)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var task = await host.ShowAsync(id);
            if (task.GetProperty("state").GetString() == "SUCCESS") return task;
            Assert.True(watch.Elapsed < Patience, $"Not ended: {task}");
            await Task.Delay(Poll, TimeProvider.System);
        }
    }
}
