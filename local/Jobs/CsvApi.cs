using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Endpoints;
using Serverless.Jobs;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Jobs;

/// <summary>The CSV endpoints of a host, as a client sees them.</summary>
internal sealed class CsvApi(Uri host) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http = new() { BaseAddress = new Uri(host, "/api/") };

    /// <summary>Starts a job, or finds the one that was started for the same file and options.</summary>
    /// <returns>The job's id.</returns>
    /// <exception cref="UsageException">The options were refused.</exception>
    public async Task<string> StartAsync(JsonObject request, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync("csv", request, Json, cancellationToken);
        if (response.StatusCode == HttpStatusCode.BadRequest)
            throw new UsageException("process", await ReadFaultsAsync(response, cancellationToken));
        await EnsureSuccessAsync(response, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(Json, cancellationToken);
        return answer!["id"]!.GetValue<string>();
    }

    /// <summary>False when no host is there.</summary>
    public async Task<bool> IsAnsweringAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync("csv?size=1", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Null when there is no such job.</summary>
    public async Task<CsvJobStatus?> FindAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync($"csv/{Uri.EscapeDataString(id)}", cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        await EnsureSuccessAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<CsvJobStatus>(Json, cancellationToken);
    }

    /// <summary>The newest jobs, newest first.</summary>
    public async Task<IReadOnlyList<CsvJobStatus>> ListAsync(int size, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync($"csv?size={size}", cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<CsvJobPage>(Json, cancellationToken))!.Jobs;
    }

    /// <summary>The speed that the host measured at a kind of work; null when it knows none.</summary>
    public async Task<Speed?> FindSpeedAsync(string kind, string? like, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(
            $"speeds/{kind}{(like is null ? "" : $"?like={Uri.EscapeDataString(like)}")}", cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        await EnsureSuccessAsync(response, cancellationToken);
        return new Speed((await response.Content.ReadFromJsonAsync<MeasuredSpeed>(Json, cancellationToken))!.ItemsPerSecond);
    }

    /// <summary>Sends mended rejects.</summary>
    /// <returns>The round's id.</returns>
    /// <exception cref="UsageException">They were refused.</exception>
    public async Task<string> MendAsync(string id, Stream rejects, string? by, CancellationToken cancellationToken)
    {
        var query = by is null ? "" : $"?by={Uri.EscapeDataString(by)}";
        using var content = new StreamContent(rejects);
        using var response = await _http.PostAsync($"csv/{Uri.EscapeDataString(id)}/rejects{query}", content, cancellationToken);
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict
            or HttpStatusCode.RequestEntityTooLarge)
            throw new UsageException("mend", await ReadFaultsAsync(response, cancellationToken));
        await EnsureSuccessAsync(response, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(Json, cancellationToken);
        return answer!["id"]!.GetValue<string>();
    }

    /// <summary>Cancels a job unless it is too late for that.</summary>
    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await _http.DeleteAsync($"csv/{Uri.EscapeDataString(id)}", cancellationToken);
        if (response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound) return;
        await EnsureSuccessAsync(response, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        throw new CommandFailedException(
            $"The host answered {(int)response.StatusCode} to {response.RequestMessage?.Method} " +
            $"{response.RequestMessage?.RequestUri}: {body}");
    }

    private static async Task<IReadOnlyList<string>> ReadFaultsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = await response.Content.ReadFromJsonAsync<JsonObject>(Json, cancellationToken);
        return problem?["errors"] is JsonObject errors
            ? [.. errors.SelectMany(option => option.Value!.AsArray().Select(fault => $"{option.Key}: {fault}"))]
            : [$"{problem?["title"]}: {problem?["detail"]}"];
    }
}
