using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Serverless.Benchmarks.Csv;
using Serverless.Local.CommandLine;
using Serverless.Local.Storage;
using Serverless.Storage;

namespace Serverless.Benchmarks.Email;

/// <summary>A mail job against the SMTP server of npm, in turn with nothing but MailKit sending as many messages to it.</summary>
internal static class EmailThroughput
{
    private const int TenTimes = 10;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static CommandSyntax Syntax { get; } = new(
        "email", "Messages a second of a mail job, in turn with MailKit alone, and the host's memory.", [],
    [
        new("--messages", "N", "Messages; 10,000 unless given."),
        new("--max-parallel", "N", "Connections at once; 4 unless given."),
        new("--ten", null, "Ten times the messages as well."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var messages = arguments.GetInteger("--messages", 1, 1_000_000) ?? 10_000;
        var parallel = arguments.GetInteger("--max-parallel", 1, 64) ?? 4;
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("serverless-benchmark-").FullName;
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(
                Path.Combine(folder, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
            using var server = await StartServerAsync(cancellationToken);
            await CompareAsync(azurite.ConnectionString, Path.Combine(folder, "data"), server.Port, messages, parallel, cancellationToken);
            if (arguments.Has("--ten"))
                await CompareAsync(
                    azurite.ConnectionString, Path.Combine(
                        folder, "data-ten"), server.Port, TenTimes * messages, parallel, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(
        string storage, string data, int port, int messages, int parallel, CancellationToken cancellationToken)
    {
        var alone = await SendAloneAsync(port, messages, parallel, cancellationToken);
        await UploadAsync(storage, messages, cancellationToken);
        Environment.SetEnvironmentVariable("Smtp__Host", "127.0.0.1");
        Environment.SetEnvironmentVariable("Smtp__Port", port.ToString(CultureInfo.InvariantCulture));
        Environment.SetEnvironmentVariable("Smtp__Security", "None");
        await using var host = await HostProcess.StartAsync(storage, data, cancellationToken);
        using var http = new HttpClient { BaseAddress = host.Address };
        await RunJobAsync(http, "warm-up.csv", parallel, cancellationToken);
        var seconds = await RunJobAsync(http, "list.csv", parallel, cancellationToken);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{messages:N0} messages over {parallel} connections: {seconds:0.0} s, {messages / seconds:N0} messages/s; MailKit alone " +
            $"{alone:0.0} s; ratio {seconds / alone:0.00}; host's peak memory {host.PeakMemory / 1e6:0} MB"));
    }

    private static async Task<double> SendAloneAsync(int port, int messages, int parallel, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, parallel).Select(async worker =>
        {
            using var client = new SmtpClient();
            await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None, cancellationToken);
            for (var i = worker; i < messages; i += parallel)
            {
                using var message = new MimeMessage { Subject = "Spring" };
                message.From.Add(new MailboxAddress("News", "news@example.org"));
                message.To.Add(new MailboxAddress("", $"user{i}@example.com"));
                message.Body =
                    new BodyBuilder { HtmlBody = "<h1>Spring</h1><p>It is here.</p>", TextBody = "Spring\n\nIt is here." }.ToMessageBody();
                await client.SendAsync(message, cancellationToken);
            }

            await client.DisconnectAsync(quit: true, cancellationToken);
        }));
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task UploadAsync(string storage, int messages, CancellationToken cancellationToken)
    {
        var container = new BlobContainerClient(storage, Containers.Recipients);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        foreach (var (name, count) in ((string, int)[])[("warm-up.csv", 200), ("list.csv", messages)])
        {
            var list = new StringBuilder("to,name\n");
            for (var i = 0; i < count; i++) list.Append(CultureInfo.InvariantCulture, $"user{i}@example.com,User {i}\n");
            await container.GetBlobClient(name).UploadAsync(BinaryData.FromString(list.ToString()), overwrite: true, cancellationToken);
        }
    }

    private static async Task<double> RunJobAsync(HttpClient http, string list, int parallel, CancellationToken cancellationToken)
    {
        var request = new JsonObject
        {
            ["template"] = "message",
            ["from"] = "News <news@example.org>",
            ["context"] = new JsonObject { ["heading"] = "Spring", ["body"] = "It is here." },
            ["recipients"] = $"{Containers.Recipients}/{list}",
            ["maxParallel"] = parallel,
        };
        var started = Stopwatch.GetTimestamp();
        using var response = await http.PostAsJsonAsync("api/email/bulk", request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var id = (await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["id"]!.GetValue<string>();
        while (true)
        {
            var status = (await http.GetFromJsonAsync<JsonObject>($"api/email/{id}", cancellationToken))!;
            if (status["result"] is { } result)
            {
                if (result["failed"]!.GetValue<long>() > 0) throw new InvalidOperationException($"Messages failed: {result}");
                return Stopwatch.GetElapsedTime(started).TotalSeconds;
            }

            if (status["status"]!.GetValue<string>() != "Running") throw new InvalidOperationException($"The job ended: {status}");
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<Server> StartServerAsync(CancellationToken cancellationToken)
    {
        var script = Path.GetFullPath(Path.Combine("tests", "data", "mail-server.js"));
        if (!Directory.Exists(Path.Combine(Path.GetDirectoryName(script)!, "node_modules", "smtp-server")))
            throw new InvalidOperationException(
                "The SMTP server is missing: run this in the repository's root, after npm ci in tests/data.");
        var process = Process.Start(
            new ProcessStartInfo(
                "node", [script, """{"security":"none","quiet":true}"""])
            { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var first = await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("The SMTP server ended while it started.");
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
        return new Server(process, JsonNode.Parse(first)!["port"]!.GetValue<int>());
    }

    private sealed record Server(Process Process, int Port) : IDisposable
    {
        public void Dispose()
        {
            Process.Kill();
            Process.Dispose();
        }
    }
}
