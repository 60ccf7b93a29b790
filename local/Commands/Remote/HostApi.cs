using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Remote;

/// <summary>
/// A host's HTTP functions as the commands call them. Throws a <see cref="HostRefusedException"/> when the host refuses, or does not
/// answer at all, and a <see cref="CommandFailedException"/> when it fails.
/// </summary>
internal sealed class HostApi : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private readonly HostTarget _target;
    private readonly HttpClient _http;

    public HostApi(HostTarget target)
    {
        _target = target;

        // Files take as long as they take; everything else has a limit of its own.
        _http = new HttpClient { BaseAddress = new Uri(target.Address, "api/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>A path with a query, everything in it escaped; names without a value are left out.</summary>
    public static string BuildPath(string path, params IEnumerable<(string Name, string? Value)> query)
    {
        var parts = query.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}").ToList();
        return parts.Count == 0 ? path : $"{path}?{string.Join('&', parts)}";
    }

    /// <summary>Asks for something.</summary>
    /// <param name="path">Below <c>/api/</c>, or an absolute address that the host gave.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Sends a request with a JSON body, or none.</summary>
    /// <returns>The answer; undefined when it has no body.</returns>
    public Task<JsonElement> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken) =>
        SendContentAsync(method, path, body is null ? null : JsonContent.Create(body), cancellationToken);

    /// <summary>Sends a request with any body, or none.</summary>
    /// <returns>The answer; undefined when it has no body.</returns>
    public async Task<JsonElement> SendContentAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var response = await AnswerAsync(request, limit.Token);
            return await ReadAsync(response, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException($"The host at {_target.Address} did not answer within {Limit.TotalSeconds:0} s.", e);
        }
    }

    /// <summary>Fetches a file; it has its name only when all of it is there.</summary>
    /// <param name="path">Below <c>/api/</c>.</param>
    /// <param name="file">Where to; <c>-</c> is the output stream.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    public async Task DownloadAsync(string path, string file, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await AnswerAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw Refusals.Word(response, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (file == "-")
        {
            await using var output = Console.OpenStandardOutput();
            await response.Content.CopyToAsync(output, cancellationToken);
            return;
        }

        var part = file + ".part";
        await using (var target = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
            await response.Content.CopyToAsync(target, cancellationToken);
        File.Move(part, file, overwrite: true);
    }

    /// <summary>Stores a file.</summary>
    /// <returns>The host's answer.</returns>
    public Task<JsonElement> UploadAsync(string path, string file, CancellationToken cancellationToken) =>
        SendFileAsync(path, new StreamContent(File.OpenRead(file)), cancellationToken);

    /// <summary>Stores what takes as long as it takes.</summary>
    /// <returns>The host's answer.</returns>
    public async Task<JsonElement> SendFileAsync(string path, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = content };
        using var response = await AnswerAsync(request, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!response.IsSuccessStatusCode) throw Refusals.Word(response, content);
        if (content.Length == 0) return default;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(content);
        }
        catch (JsonException e)
        {
            throw new CommandFailedException(
                $"{response.RequestMessage?.RequestUri} answered something that is not JSON. Is it a Serverless host?", e);
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // An address that the host gave may lead elsewhere: the key and the token are for the host alone.
        if (new Uri(_http.BaseAddress!, request.RequestUri!).Authority == _target.Address.Authority)
        {
            if (_target.Key is { } key) request.Headers.Add("x-functions-key", key);
            if (_target.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw new HostRefusedException($"No host answers at {_target.Address}. Start one, or name another with --url.");
        }
    }
}
