using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;

namespace Serverless.Local.Runtime.Http;

/// <summary>Kestrel as the host needs it: this machine only, bodies as they come, answers as the Functions host gives them.</summary>
internal static class LocalServer
{
    public static void Configure(WebApplicationBuilder builder, int port, TimeSpan drainTimeout)
    {
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Use(UnreadableRequests.Use));
            kestrel.AddServerHeader = false;

            // What browsers and proxies send beyond ASCII is no reason to refuse a request without a word.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;

            // Functions stream bodies and bound them themselves.
            kestrel.Limits.MaxRequestBodySize = null;

            // What lies between these and the usual limits is refused with words.
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 256 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 1000;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = drainTimeout);
        builder.Services.AddRouting();
        builder.Services.AddMvcCore();

        // Signals are the caller's business: a host in a test must not take the runner's Ctrl+C.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
    }

    public static void Map(
        WebApplication app, IReadOnlyList<Endpoint> endpoints, IReadOnlyCollection<string> allowedHosts, string? homePage)
    {
        new UnreadableRequests().Subscribe(app.Services.GetRequiredService<DiagnosticListener>());
        app.Use(ErrorAnswers.RunAsync);
        app.Use(new RequestGuard(allowedHosts).RunAsync);
        app.UseRouting();
        if (homePage is not null)
        {
            app.MapGet("/", context =>
            {
                context.Response.Redirect(homePage);
                return Task.CompletedTask;
            });
        }

        ((IEndpointRouteBuilder)app).DataSources.Add(new FixedEndpoints(endpoints));
    }

    private sealed class FixedEndpoints(IReadOnlyList<Endpoint> endpoints) : EndpointDataSource
    {
        public override IReadOnlyList<Endpoint> Endpoints => endpoints;

        public override IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
