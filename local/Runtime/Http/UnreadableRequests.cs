using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Serverless.Local.Runtime.Http;

/// <summary>
/// Gives the server's refusals of what it cannot read a body: a path with a NUL, a header without a name, headers that never end. The
/// server answers these before anything of the host runs, with a status alone, and takes no other answer: so it is told by its diagnostics
/// that it refuses, and what it then writes to the connection is left out.
/// </summary>
internal sealed class UnreadableRequests : IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Puts a connection's writer in the way of the server's.</summary>
    public static ConnectionDelegate Use(ConnectionDelegate next) => async connection =>
    {
        var transport = connection.Transport;
        var output = new RefusableWriter(transport.Output);
        connection.Features.Set(output);
        connection.Transport = new Duplex(transport.Input, output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    };

    /// <summary>Hears of the server's refusals.</summary>
    public void Subscribe(DiagnosticListener server) => server.Subscribe(this, name => name == BadRequest);

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is not { Key: BadRequest, Value: IFeatureCollection features }) return;
        if (features.Get<IHttpResponseFeature>() is not { HasStarted: false }) return;
        if (features.Get<IBadRequestExceptionFeature>()?.Error is not BadHttpRequestException error) return;
        features.Get<RefusableWriter>()?.Refuse(Answer(error, features.Get<IHttpRequestFeature>()?.Method));
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private static byte[] Answer(BadHttpRequestException error, string? method)
    {
        var body = HttpProblem.Write(error.StatusCode, $"The request cannot be read. {Reason(error.Message)}");
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {error.StatusCode} {ReasonPhrases.GetReasonPhrase(error.StatusCode)}\r\n" +
            $"Content-Type: {HttpProblem.ContentType}\r\nContent-Length: {body.Length}\r\n" +
            $"Connection: close\r\nX-Content-Type-Options: nosniff\r\n\r\n");
        return [.. System.Text.Encoding.ASCII.GetBytes(head), .. HttpMethods.IsHead(method ?? "") ? [] : body];
    }

    // What was sent follows in quotes, if the server's log shows it.
    private static string Reason(string message) =>
        message.IndexOf(": '", StringComparison.Ordinal) is > 0 and var end ? message[..end] + "." : message;

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Passes on what the server writes, until the server refuses a request.</summary>
    private sealed class RefusableWriter(PipeWriter inner) : PipeWriter
    {
        private byte[]? _leftOut;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public void Refuse(byte[] answer)
        {
            if (_leftOut is not null) return;
            answer.CopyTo(inner.GetMemory(answer.Length));
            inner.Advance(answer.Length);
            _leftOut = [];
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _leftOut is null ? inner.GetMemory(sizeHint) : LeftOut(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => _leftOut is null ? inner.GetSpan(sizeHint) : LeftOut(sizeHint);

        public override void Advance(int bytes)
        {
            if (_leftOut is null) inner.Advance(bytes);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            inner.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            _leftOut is null ? inner.WriteAsync(source, cancellationToken) : inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        private byte[] LeftOut(int sizeHint)
        {
            if (_leftOut!.Length < Math.Max(1, sizeHint)) _leftOut = new byte[Math.Max(4 * 1024, sizeHint)];
            return _leftOut;
        }
    }
}
