using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using MimeKit;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Email;

/// <summary>A real SMTP server (npm's smtp-server) as a child process, which tells every message that it takes.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly ConcurrentQueue<TakenMessage> _taken = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MailServer(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public int Port { get; private set; }

    /// <summary>The messages so far, in the order in which they were taken.</summary>
    public IReadOnlyList<TakenMessage> Taken => [.. _taken];

    /// <summary>The app's settings that lead here.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Smtp:Host"] = "127.0.0.1",
        ["Smtp:Port"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Smtp:Security"] = "None",
        ["Smtp:From"] = "News <news@example.org>",
    };

    public static async Task<MailServer> StartAsync(MailServerOptions? options = null)
    {
        // Installs what the server needs, at the first use.
        await NpmData.FindAsync("smtp-server");
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(Repository.Root, "tests", "data", "mail-server.js"));
        start.ArgumentList.Add(JsonSerializer.Serialize(options ?? new MailServerOptions(), JsonSerializerOptions.Web));
        var server = new MailServer(Process.Start(start)!);
        server.Port = await server._port.Task.WaitAsync(TimeSpan.FromMinutes(2));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("{\"port\"", StringComparison.Ordinal))
                _port.TrySetResult(JsonDocument.Parse(line).RootElement.GetProperty("port").GetInt32());
            else _taken.Enqueue(JsonSerializer.Deserialize<TakenMessage>(line, JsonSerializerOptions.Web)!);
        }

        _port.TrySetException(new InvalidOperationException("The mail server ended."));
    }
}

/// <summary>
/// The way the server listens: <c>none</c>, <c>starttls</c> or <c>tls</c>, with PEM files; with a user, it lets nobody else send.
/// </summary>
internal sealed record MailServerOptions(
    string Security = "none", string? Key = null, string? Cert = null, string? User = null, string? Password = null, int Port = 0,
    bool Quiet = false);

/// <summary>A message as the server took it.</summary>
internal sealed record TakenMessage(IReadOnlyList<string> To, string From, bool Secure, string? User, string Raw, string Id)
{
    public MimeMessage Read() => MimeMessage.Load(new MemoryStream(Convert.FromBase64String(Raw)));
}
