using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Http;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Approvals;

/// <summary>Questions and decisions: blobs of the run, which go with it. Of two decisions the first one counts.</summary>
internal sealed class ApprovalStore(RunBlobs blobs)
{
    /// <summary>Stores what is asked; twice is the same.</summary>
    public Task AskAsync(string runId, string step, ApprovalRequest request, CancellationToken cancellationToken) =>
        WriteAsync(Asked(runId, step), request, conditions: null, cancellationToken);

    /// <summary>The question; null when nobody was asked.</summary>
    public async Task<ApprovalRequest?> FindRequestAsync(string runId, string step, CancellationToken cancellationToken) =>
        await ReadAsync(Asked(runId, step), cancellationToken) is { } request
            ? request.Deserialize<ApprovalRequest>(AppJson.Options) : null;

    /// <summary>The decision; null for none yet.</summary>
    public async Task<ApprovalDecision?> FindDecisionAsync(string runId, string step, CancellationToken cancellationToken) =>
        await ReadAsync(Decided(runId, step), cancellationToken) is { } decision ? ApprovalDecision.Read(decision) : null;

    /// <summary>Decides, unless that was done.</summary>
    /// <returns>The decision that counts: the payload that the step has as its result.</returns>
    public async Task<JsonElement> DecideAsync(string runId, string step, JsonElement decision, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(
                Decided(runId, step), decision, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);
            return decision;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return await ReadAsync(Decided(runId, step), cancellationToken) ?? decision;
        }
    }

    private static string Asked(string runId, string step) => RunBlobs.BuildName(runId, $"approval-{step}-asked.json");

    private static string Decided(string runId, string step) => RunBlobs.BuildName(runId, $"approval-{step}-decided.json");

    private async Task WriteAsync<T>(string blob, T value, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(value, AppJson.Options));
        await (await blobs.OpenAsync(blob, cancellationToken)).UploadAsync(
            content, new BlobUploadOptions
            {
                HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
                Conditions = conditions,
            }, cancellationToken);
    }

    private async Task<JsonElement?> ReadAsync(string blob, CancellationToken cancellationToken)
    {
        try
        {
            var content = await (await blobs.OpenAsync(blob, cancellationToken)).DownloadContentAsync(cancellationToken);
            return JsonSerializer.Deserialize<JsonElement>(content.Value.Content);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}

/// <summary>A decision, as the page of an approval makes and shows it; that of a signal may have other members, too.</summary>
/// <param name="Approved">Yes, or no.</param>
/// <param name="By">Who says so, as they wrote it.</param>
/// <param name="Comment">Why.</param>
/// <param name="At">When; null for what a signal does not say.</param>
internal sealed record ApprovalDecision(bool Approved, string? By, string? Comment, DateTimeOffset? At)
{
    /// <summary>Reads what was accepted: <c>approved</c> is there, the rest is as whoever sent it wrote it.</summary>
    public static ApprovalDecision Read(JsonElement payload)
    {
        var at = payload.TryGetProperty("at", out var time) && time.ValueKind == JsonValueKind.String
            && time.TryGetDateTimeOffset(out var moment) ? moment : (DateTimeOffset?)null;
        return new ApprovalDecision(payload.GetProperty("approved").GetBoolean(), Text("by"), Text("comment"), at);

        string? Text(string member) =>
            payload.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
