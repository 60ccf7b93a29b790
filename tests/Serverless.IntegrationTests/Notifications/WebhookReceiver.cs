using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Serverless.IntegrationTests.Notifications;

/// <summary>A receiver of webhooks on a port that the system assigns: answers what it is told to, then 200.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Call> _calls = new();

    private WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>Status codes of the next answers.</summary>
    public ConcurrentQueue<int> Answers { get; } = new();

    public IReadOnlyList<Call> Calls => [.. _calls];

    public string Url { get; private set; } = "";

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Urls.Add("http://127.0.0.1:0");
        receiver._app.Run(receiver.AnswerAsync);
        await receiver._app.StartAsync();
        var address = receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        receiver.Url = address + "/hook";
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _calls.Enqueue(
            new Call(
                context.Request.Path, context.Request.Headers.ToDictionary(
                    h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        context.Response.StatusCode = Answers.TryDequeue(out var status) ? status : 200;
        if (status == 302) context.Response.Headers.Location = "/elsewhere";
    }

    internal sealed record Call(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
}
