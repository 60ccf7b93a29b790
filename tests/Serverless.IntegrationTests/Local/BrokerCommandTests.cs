using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Serverless.Local.Commands;
using Serverless.Local.Jobs;
using Serverless.Local.Screens;
using Serverless.Messaging;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>The address at which clients of Service Bus reach the broker.</summary>
public sealed class BrokerCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Broker_Alone_ServesTheAppsQueuesUntilItIsToldToStop()
    {
        using var stop = new CancellationTokenSource();
        var (output, run) = Run(stop.Token, "broker", "--port", "0", "--admin-port", "0", "--data", _folder.Path);
        await Eventually.TrueAsync(() => run.IsCompleted || output.Text.Contains("Ctrl+C stops the broker.", StringComparison.Ordinal));
        Assert.False(run.IsCompleted, output.Text);

        await using (var client = new ServiceBusClient(After(output.Text, "Clients:")))
        {
            await client.CreateSender("default").SendMessageAsync(new ServiceBusMessage("a"));
            Assert.Equal("a", (await client.CreateReceiver("default").ReceiveMessageAsync(TimeSpan.FromMinutes(2))).Body.ToString());
        }

        var administration = new ServiceBusAdministrationClient(After(output.Text, "Administration:"));
        var names = new List<string>();
        await foreach (var queue in administration.GetQueuesAsync()) names.Add(queue.Name);
        Assert.Equal(QueueCatalog.Load().Lanes.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.Equal(string.Join(", ", QueueCatalog.Load().Lanes), After(output.Text, "Queues:"));
        Assert.Equal(Path.Combine(_folder.Path, "servicebus.db"), After(output.Text, "Data:"));

        await stop.CancelAsync();
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public async Task Queues_Connection_OfAHostThatRuns_IsThatOfItsStartLines()
    {
        using var host = CommandProcess.Start(_folder.Path, "--port", "0", "--data", _folder.Path);
        await Eventually.TrueAsync(() => host.HasExited || HostAddress.Find(_folder.Path) is not null);
        Assert.False(host.HasExited);

        var text = await EndAsync("queues", "--connection", "--data", _folder.Path);
        var json = JsonDocument.Parse(await EndAsync("queues", "--connection", "--json", "--data", _folder.Path)).RootElement;

        var clients = After(text, "Clients:");
        Assert.Equal((clients, After(text, "Administration:")), (Text(json, "clients"), Text(json, "administration")));
        await using (var client = new ServiceBusClient(clients))
            Assert.Empty(await client.CreateReceiver("default").PeekMessagesAsync(1));

        host.Interrupt();
        var said = (await host.WaitAsync()).Output;
        var (port, administrationPort) = (Port(clients), Port(After(text, "Administration:")));
        Assert.Equal($"a broker on port {port}, administration on port {administrationPort}", After(said, "Queues:"));
        Assert.Contains(clients, said.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task Queues_Connection_WithoutAHost_SaysSo()
    {
        var (output, run) = Run(CancellationToken.None, "queues", "--connection", "--data", _folder.Path);

        Assert.Equal(1, await run);
        Assert.Equal($"No host is at work on {_folder.Path}; start it first.", output.Text.Trim());
    }

    [Fact]
    public async Task Queues_Connection_OfAHostWithAnothersBroker_SaysSo()
    {
        using var address = HostAddress.Write(_folder.Path, new Uri("http://127.0.0.1:7071/"));
        var (output, run) = Run(CancellationToken.None, "queues", "--connection", "--data", _folder.Path);

        Assert.Equal(1, await run);
        Assert.Equal("The host has no broker of its own: it uses the one that the setting ServiceBus names.", output.Text.Trim());
    }

    private static (Output Output, Task<int> Run) Run(CancellationToken cancellationToken, params string[] arguments)
    {
        var output = new Output();
        var application = new Application(new PlainScreen(output, output, TimeProvider.System), TimeProvider.System);
        return (output, Task.Run(() => application.RunAsync(arguments, cancellationToken), CancellationToken.None));
    }

    private static async Task<string> EndAsync(params string[] arguments)
    {
        var (output, run) = Run(CancellationToken.None, arguments);
        Assert.Equal(0, await run);
        return output.Text;
    }

    private static string After(string text, string title) =>
        text.Split('\n').Single(line => line.StartsWith(title, StringComparison.Ordinal))[title.Length..].Trim();

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static int Port(string connection) => ServiceBusConnectionStringProperties.Parse(connection).Endpoint.Port;

    /// <summary>The output of a command so far, readable while it writes.</summary>
    private sealed class Output : StringWriter
    {
        private readonly Lock _lock = new();

        public string Text
        {
            get
            {
                lock (_lock) return ToString();
            }
        }

        public override void WriteLine(string? value)
        {
            lock (_lock) base.WriteLine(value);
        }
    }
}
