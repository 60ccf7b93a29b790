using System.Net;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Administration;

/// <summary>
/// The management API of a namespace, as far as queues that come from a list have one: reading, the status and users' metadata.
/// </summary>
internal sealed class AdministrationServer : IAsyncDisposable
{
    private const string ContentType = "application/atom+xml;type=entry;charset=utf-8";
    private const long MaxRequestBytes = 64 * 1024;

    private readonly WebApplication _application;

    private AdministrationServer(WebApplication application) => _application = application;

    public int Port =>
        new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public static async Task<AdministrationServer> StartAsync(
        QueueBroker broker, int port, int maxMessageBytes, CancellationToken cancellationToken)
    {
        try
        {
            return await BindAsync(broker, port, maxMessageBytes, cancellationToken);
        }
        catch (IOException) when (port != 0)
        {
            // Taken: the connection string tells the other one.
            return await BindAsync(broker, 0, maxMessageBytes, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task<AdministrationServer> BindAsync(
        QueueBroker broker, int port, int maxMessageBytes, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            // A free port cannot be asked for on both addresses at once; clients try both.
            if (port == 0) kestrel.Listen(IPAddress.Loopback, 0);
            else kestrel.ListenLocalhost(port);
        });
        var application = builder.Build();
        var queues = new QueueResource(broker, maxMessageBytes);
        application.Run(context => HandleAsync(context, queues));
        try
        {
            await application.StartAsync(cancellationToken);
            return new AdministrationServer(application);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    private static async Task HandleAsync(HttpContext context, QueueResource queues)
    {
        // A page in a browser must not reach it by a name that resolves to this machine.
        if (!IsLocal(context.Request.Host.Host) || context.Request.Headers.Origin.Count > 0)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        try
        {
            var path = context.Request.Path.Value?.Trim('/') ?? "";
            var answer = context.Request.Method switch
            {
                "GET" when path.Equals("$Resources/queues", StringComparison.OrdinalIgnoreCase) =>
                    await queues.ListAsync(Query(context, "$skip"), Query(context, "$top")),
                "GET" => await queues.GetAsync(path),
                "PUT" => await queues.UpdateAsync(path, await ReadAsync(context)),
                _ =>
                    throw new FormatException(
                        "Queues come from the list that the broker was started with: they can be read, their status and UserMetadata set."),
            };
            await WriteAsync(
                context, answer is null
                    ? StatusCodes.Status404NotFound : StatusCodes.Status200OK, answer ?? Error(404, $"There is no queue '{path}'."));
        }
        catch (Exception e) when (e is FormatException or XmlException)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, Error(400, e.Message));
        }
    }

    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string? Query(HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    private static async Task<XElement> ReadAsync(HttpContext context)
    {
        var settings = new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        using var reader = XmlReader.Create(context.Request.Body, settings);
        return await XElement.LoadAsync(reader, LoadOptions.None, context.RequestAborted);
    }

    private static XElement Error(int code, string detail) => new("Error", new XElement("Code", code), new XElement("Detail", detail));

    private static async Task WriteAsync(HttpContext context, int status, XElement body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        await context.Response.WriteAsync(body.ToString(SaveOptions.DisableFormatting), context.RequestAborted);
    }
}
