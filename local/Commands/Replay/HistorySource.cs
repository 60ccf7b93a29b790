using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Google.Protobuf;
using Serverless.Local.Commands.Remote;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Commands.Replay;

/// <summary>Reads orchestrations and their histories from a host.</summary>
internal sealed class HistorySource(HostApi api)
{
    private const int PageSize = 500;

    // What a newer host writes and this build does not know changes nothing for the code.
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>All that run, and some that have ended.</summary>
    public async IAsyncEnumerable<ReplayInstance> ListAsync(int ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var instance in ListAsync("running", int.MaxValue, cancellationToken)) yield return instance;
        await foreach (var instance in ListAsync("ended", ended, cancellationToken)) yield return instance;
    }

    /// <summary>A history; null when it is gone meanwhile.</summary>
    public async Task<IReadOnlyList<P.HistoryEvent>?> ReadAsync(ReplayInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await api.GetAsync($"orchestrations/{Uri.EscapeDataString(instance.Id)}/history", cancellationToken);
            return [.. answer.GetProperty("events").EnumerateArray().Select(e => Parser.Parse<P.HistoryEvent>(e.GetRawText()))];
        }
        catch (HostRefusedException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async IAsyncEnumerable<ReplayInstance> ListAsync(
        string status, int top, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var size = Math.Min(PageSize, top).ToString(CultureInfo.InvariantCulture);
        await foreach (var page in api.ReadPagesAsync("orchestrations", [("status", status), ("size", size)], cancellationToken))
        {
            foreach (var found in page.GetProperty("orchestrations").EnumerateArray())
            {
                if (top-- <= 0) yield break;
                yield return new ReplayInstance(
                    found.GetProperty("id").GetString()!, found.GetProperty("name").GetString()!, IsRunning: status == "running");
            }

            if (top <= 0) yield break;
        }
    }
}

/// <summary>An orchestration of the host.</summary>
internal sealed record ReplayInstance(string Id, string Name, bool IsRunning);
