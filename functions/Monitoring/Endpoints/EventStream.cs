using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Http;
using Serverless.Monitoring.Changes;

namespace Serverless.Monitoring.Endpoints;

/// <summary>
/// Changes as server-sent events: each has the cursor as its id. It ends before Azure's load balancer would cut it off; who reads it asks
/// again with the last id, as browsers do by themselves.
/// </summary>
internal sealed class EventStream(ChangeStore changes, ChangeCursor? after, TimeProvider time) : IResult
{
    /// <summary>The load balancer cuts off what is silent, or not answered in whole, after 230 seconds.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(220);

    // Changes are stored each second: whoever reads hears of them within two.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, aborted) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await RunAsync(response, aborted);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // Nobody reads any more.
        }
    }

    private async Task RunAsync(HttpResponse response, CancellationToken aborted)
    {
        var started = time.GetTimestamp();
        var spoken = started;

        // The first event says where the stream begins, also when nothing has changed.
        var cursor = after;
        var isFirst = true;
        await response.WriteAsync("retry: 1000\n\n", aborted);
        while (time.GetElapsedTime(started) < Length)
        {
            var page = await changes.ReadAsync(cursor, aborted);
            if (isFirst || page.Changes.Count > 0 || page.IsReset)
            {
                await response.WriteAsync(
                    $"id: {page.Next}\nevent: changes\ndata: {JsonSerializer.Serialize(page, AppJson.Options)}\n\n", aborted);
                spoken = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(spoken) >= KeepAlive)
            {
                await response.WriteAsync(":\n\n", aborted);
                spoken = time.GetTimestamp();
            }

            await response.Body.FlushAsync(aborted);
            isFirst = false;
            cursor = ChangeCursor.TryParse(page.Next, out var next) ? next : cursor;
            await Task.Delay(Poll, time, aborted);
        }
    }
}
