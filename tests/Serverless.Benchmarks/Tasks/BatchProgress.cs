using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Serverless.Benchmarks.Csv;

namespace Serverless.Benchmarks.Tasks;

/// <summary>Follows a batch to its end, and says every few seconds how far it is and what its host and Azurite take.</summary>
internal sealed class BatchProgress(HttpClient http, string id, HostProcess host, Process storage, int members)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private Mark _last = new(TimeSpan.Zero, 0, 0, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Returns the batch once it has completed.</summary>
    public async Task<JsonElement> FollowAsync(TimeSpan poll, CancellationToken cancellationToken)
    {
        while (true)
        {
            var batch = await http.GetFromJsonAsync<JsonElement>($"api/batches/{id}", cancellationToken);
            var isOver = batch.GetProperty("state").GetString() == "completed";
            if (isOver || _watch.Elapsed - _last.At >= Interval) Show(batch);
            if (isOver) return batch;
            await Task.Delay(poll, TimeProvider.System, cancellationToken);
        }
    }

    private void Show(JsonElement batch)
    {
        storage.Refresh();
        var sent = batch.GetProperty("total").GetInt64();
        var now = new Mark(
            _watch.Elapsed, sent, sent - batch.GetProperty("pending").GetInt64(), host.ProcessorTime, storage.TotalProcessorTime);
        var seconds = (now.At - _last.At).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{now.At.TotalSeconds,6:0} s: {now.Sent,7:N0} sent ({(now.Sent - _last.Sent) / seconds,5:0}/s), " +
            $"{now.Ended,7:N0} of {members:N0} ended ({(now.Ended - _last.Ended) / seconds,4:0}/s); host {host.Memory / 1048576.0:0} MiB " +
            $"{Load(now.Host - _last.Host, seconds)}, Azurite {storage.WorkingSet64 / 1048576.0:0} MiB " +
            $"{Load(now.Storage - _last.Storage, seconds)}"));
        _last = now;
    }

    private static string Load(TimeSpan processor, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * processor.TotalSeconds / seconds:0} %");

    private sealed record Mark(TimeSpan At, long Sent, long Ended, TimeSpan Host, TimeSpan Storage);
}
