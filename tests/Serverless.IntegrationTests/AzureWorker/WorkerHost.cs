using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Serverless.IntegrationTests.AzureWorker;

/// <summary>
/// The worker in a process of its own, and as much of a Functions host as starts it, loads its functions and invokes them. Bindings are
/// the caller's to give, as the host's extensions would.
/// </summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Channel<JsonObject> _sent = Channel.CreateUnbounded<JsonObject>();
    private readonly List<JsonObject> _received = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly WorkerMessages _messages;
    private readonly WebApplication _server;
    private Process? _worker;

    private WorkerHost(string program)
    {
        _messages = new WorkerMessages(Path.GetDirectoryName(program)!);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http2));
        _server = builder.Build();
        _server.MapPost("/AzureFunctionsRpcMessages.FunctionRpc/EventStream", StreamAsync);
    }

    /// <summary>The functions that the worker says it has, by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> Functions { get; private set; } = new Dictionary<string, JsonObject>();

    /// <summary>The names of those that it could load.</summary>
    public IReadOnlyList<string> Loaded { get; private set; } = [];

    /// <summary>The address that takes HTTP requests.</summary>
    public Uri Http { get; private set; } = null!;

    public static async Task<WorkerHost> StartAsync(string program, IReadOnlyDictionary<string, string> settings)
    {
        var host = new WorkerHost(program);
        try
        {
            await host._server.StartAsync();
            host._worker = host.Run(program, settings);
            await host.LoadAsync(Path.GetDirectoryName(program)!);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a request for a function and waits for the worker's answer.</summary>
    /// <param name="function">The function's name.</param>
    /// <param name="input">The data of its trigger.</param>
    /// <param name="during">Runs with the invocation's id while the function runs.</param>
    public async Task<JsonObject> InvokeAsync(string function, JsonObject input, Func<string, Task>? during = null)
    {
        var (id, metadata) = (Guid.NewGuid().ToString(), Functions[function]);
        var trigger = metadata["bindings"]!.AsObject()
            .First(b => ((string)b.Value!["type"]!).EndsWith("Trigger", StringComparison.OrdinalIgnoreCase)).Key;
        Send(new JsonObject
        {
            ["requestId"] = id,
            ["invocationRequest"] = new JsonObject
            {
                ["invocationId"] = id,
                ["functionId"] = (string)metadata["functionId"]!,
                ["inputData"] = new JsonArray(
                    [new JsonObject { ["name"] = trigger, ["data"] = input }, .. Bindings(metadata, "durableClient").Select(Client)]),
                ["traceContext"] = new JsonObject(),
            },
        });
        if (during is not null) await during(id);
        return await ReceiveAsync("invocationResponse", answer => (string?)answer["invocationId"] == id);
    }

    // As the Durable extension gives it; nobody listens there.
    private static JsonObject Client(string binding) => new()
    {
        ["name"] = binding,
        ["data"] = new JsonObject
        {
            ["string"] =
                """
                {"rpcBaseUrl":"http://127.0.0.1:1/durabletask/","taskHubName":"test","connectionName":"","requiredQueryStringParameters":""}
                """,
        },
    };

    private static IEnumerable<string> Bindings(JsonObject metadata, string type) => metadata["bindings"]!.AsObject()
        .Where(b => type.Equals((string?)b.Value!["type"], StringComparison.OrdinalIgnoreCase)).Select(b => b.Key);

    public void Cancel(string invocation) => Send(new JsonObject
    {
        ["invocationCancel"] = new JsonObject { ["invocationId"] = invocation },
    });

    /// <summary>True when the answer to an invocation has come.</summary>
    public bool HasAnswered(string invocation)
    {
        lock (_received) return _received.Exists(m => (string?)m["invocationResponse"]?["invocationId"] == invocation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            if (!_worker.HasExited) _worker.Kill();
            await _worker.WaitForExitAsync();
            _worker.Dispose();
        }

        await _server.DisposeAsync();
        _arrived.Dispose();
    }

    private Process Run(string program, IReadOnlyDictionary<string, string> settings)
    {
        var address = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            [
                program, "--functions-uri", address, "--functions-worker-id", "worker", "--functions-request-id", "request",
                "--functions-grpc-max-message-length", int.MaxValue.ToString(CultureInfo.InvariantCulture),
            ])
        {
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = start.WorkingDirectory;
        return Process.Start(start)!;
    }

    private async Task LoadAsync(string folder)
    {
        await ReceiveAsync("startStream", _ => true);
        Send(new JsonObject
        {
            ["workerInitRequest"] = new JsonObject
            {
                ["hostVersion"] = "4.1000.0",
                ["workerDirectory"] = folder,
                ["functionAppDirectory"] = folder,
                ["capabilities"] = new JsonObject(),
            },
        });
        Http = new Uri((string)(await ReceiveAsync("workerInitResponse", _ => true))["capabilities"]!["HttpUri"]!);

        Send(new JsonObject { ["functionsMetadataRequest"] = new JsonObject { ["functionAppDirectory"] = folder } });
        var metadata = await ReceiveAsync("functionMetadataResponse", _ => true);
        Functions = metadata["functionMetadataResults"]!.AsArray().ToDictionary(f => (string)f!["name"]!, f => f!.AsObject());
        var loaded = new List<string>();
        foreach (var (name, function) in Functions)
        {
            var id = (string)function["functionId"]!;
            Send(new JsonObject
            {
                ["functionLoadRequest"] = new JsonObject { ["functionId"] = id, ["metadata"] = function.DeepClone() },
            });
            var answer = await ReceiveAsync("functionLoadResponse", a => (string?)a["functionId"] == id);
            if ((string?)answer["result"]!["status"] == "Success") loaded.Add(name);
        }

        Loaded = loaded;
    }

    private void Send(JsonObject message) => _sent.Writer.TryWrite(message);

    private async Task<JsonObject> ReceiveAsync(string kind, Func<JsonObject, bool> isMeant)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            lock (_received)
            {
                var index = _received.FindIndex(m => m[kind] is JsonObject content && isMeant(content));
                if (index >= 0)
                {
                    var found = _received[index];
                    _received.RemoveAt(index);
                    return found[kind]!.AsObject();
                }
            }

            if (_worker is { HasExited: true }) throw new InvalidOperationException("The worker has ended.");
            await _arrived.WaitAsync(limit.Token);
        }
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync();
        var sending = SendAllAsync(context);
        await foreach (var bytes in GrpcFrames.ReadAsync(context.Request.BodyReader, context.RequestAborted))
        {
            var message = _messages.Read(bytes);
            if (message["rpcLog"] is JsonObject) continue;
            lock (_received) _received.Add(message);
            _arrived.Release();
        }

        _sent.Writer.TryComplete();
        await sending;
    }

    private async Task SendAllAsync(HttpContext context)
    {
        await foreach (var message in _sent.Reader.ReadAllAsync(context.RequestAborted))
            await GrpcFrames.WriteAsync(context.Response.BodyWriter, _messages.Write(message), context.RequestAborted);
    }
}
