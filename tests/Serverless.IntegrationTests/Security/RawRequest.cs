using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Serverless.IntegrationTests.Security;

/// <summary>Requests as bytes: no client library puts a hostile path or header in order on its way.</summary>
internal static class RawRequest
{
    /// <summary>More bytes than any endpoint takes: who reads on after that reads for ever.</summary>
    public const long Endless = 160L << 20;

    /// <summary>Sends a request with a body of a known length.</summary>
    public static Task<RawAnswer> SendAsync(Uri host, string verb, string path, byte[]? body = null, string? headers = null) =>
        SendAsync(
            host,
            $"{verb} {path} HTTP/1.1\r\nHost: {host.Authority}\r\nConnection: " +
            $"close\r\n{headers ?? "Content-Type: application/json\r\n"}Content-Length: {body?.Length ?? 0}\r\n\r\n", body ?? []);

    /// <summary>Sends head and body as they are.</summary>
    public static async Task<RawAnswer> SendAsync(Uri host, string head, byte[] body)
    {
        using var client = await ConnectAsync(host);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head));
        await WriteAsync(stream, body);
        return await ReadAsync(stream);
    }

    /// <summary>Sends a JSON string in chunks, without an end and without saying how long it is, until an answer comes.</summary>
    public static async Task<(RawAnswer Answer, long Sent)> SendEndlessAsync(Uri host, string verb, string path, string start)
    {
        using var client = await ConnectAsync(host);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(
            $"{verb} {path} HTTP/1.1\r\nHost: {host.Authority}\r\nConnection: close\r\nContent-Type: " +
            $"application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
        var answer = ReadAsync(stream);
        var chunk = Chunk(new string('a', 1 << 20));
        var sent = 0L;
        var alive = await WriteAsync(stream, Chunk(start));
        while (alive && !answer.IsCompleted && sent < Endless)
        {
            alive = await WriteAsync(stream, chunk);
            sent += 1 << 20;
        }

        if (alive && !answer.IsCompleted) await WriteAsync(stream, Encoding.Latin1.GetBytes("0\r\n\r\n"));
        return (await answer, sent);
    }

    private static byte[] Chunk(string text) =>
        Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text.Length:x}\r\n{text}\r\n"));

    private static async Task<TcpClient> ConnectAsync(Uri host)
    {
        var client = new TcpClient();
        await client.ConnectAsync(host.Host, host.Port);
        return client;
    }

    // A server may answer and close before it has read all.
    private static async Task<bool> WriteAsync(NetworkStream stream, byte[] bytes)
    {
        try
        {
            await stream.WriteAsync(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<RawAnswer> ReadAsync(NetworkStream stream)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 << 10];
        try
        {
            for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
            {
                all.Write(buffer, 0, count);

                // Events go on for ever, and a server that has answered may wait for the rest of the request.
                if (RawAnswer.Parse(all.ToArray()) is { IsWhole: true } answer) return answer;
            }
        }
        catch (IOException)
        {
            // Closed with part of the request unread; what was answered before counts.
        }

        return RawAnswer.Parse(all.ToArray());
    }
}

/// <summary>An answer as it came.</summary>
/// <param name="Status">0 when there was none.</param>
/// <param name="Head">Status line and headers.</param>
/// <param name="Body">What follows, with the marks of chunks.</param>
internal sealed record RawAnswer(int Status, string Head, string Body)
{
    public bool IsStream => Head.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>Nothing more is to come, or nothing more is to be known.</summary>
    public bool IsWhole =>
        Status > 0
            && (IsStream || Body.EndsWith("0\r\n\r\n", StringComparison.Ordinal)
                || Head.Contains("Content-Length: 0", StringComparison.Ordinal));

    public bool IsProblem => Head.Contains("application/problem+json", StringComparison.OrdinalIgnoreCase);

    public static RawAnswer Parse(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return new RawAnswer(0, text, "");
        var status = text.Split(' ', 3) is [_, { Length: 3 } code, _] ? int.Parse(code, CultureInfo.InvariantCulture) : 0;
        return new RawAnswer(status, text[..end], text[(end + 4)..]);
    }
}
