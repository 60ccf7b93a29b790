using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace Serverless.IntegrationTests.Csv.Finishing;

/// <summary>
/// Tables in which a write is cut off, before it is made or before its answer comes, or after which something else happens.
/// </summary>
internal sealed class CutOffWrites : HttpPipelinePolicy
{
    // Of the caller alone: what the host writes beside it is left in peace.
    private readonly AsyncLocal<Countdown?> _countdown = new();

    /// <summary>The caller's write that is cut off, counted from when it is set; null for none.</summary>
    public int? At
    {
        set
        {
            // Work that was begun by the caller may go on with it.
            _countdown.Value?.Stop();
            _countdown.Value = value is { } at ? new Countdown(at) : null;
        }
    }

    /// <summary>It is made, and nobody hears of it.</summary>
    public bool IsMade { get; set; }

    /// <summary>Called after a write whose text has all of these.</summary>
    public (string[] Texts, Func<Task> Act)? After { get; set; }

    public TableServiceClient Open(string connectionString)
    {
        var options = new TableClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return new TableServiceClient(connectionString, options);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (message.Request.Method == RequestMethod.Get)
        {
            await ProcessNextAsync(message, pipeline);
            return;
        }

        var isCutOff = _countdown.Value?.IsOver() == true;
        if (isCutOff && !IsMade) throw new InvalidOperationException("Killed.");
        var text = await ReadAsync(message.Request.Content);
        await ProcessNextAsync(message, pipeline);
        if (isCutOff) throw new InvalidOperationException("Killed.");
        if (After is not var (texts, act) || !texts.All(t => text.Contains(t, StringComparison.Ordinal))) return;
        After = null;
        await act();
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    private sealed class Countdown(int left)
    {
        public bool IsOver() => Interlocked.Decrement(ref left) == 0;

        public void Stop() => Interlocked.Exchange(ref left, 0);
    }

    private static async Task<string> ReadAsync(RequestContent? content)
    {
        if (content is null) return "";
        using var copy = new MemoryStream();
        await content.WriteToAsync(copy, CancellationToken.None);
        return Encoding.UTF8.GetString(copy.ToArray());
    }
}
