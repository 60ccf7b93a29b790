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
    public Task<ApprovalRequest?> FindRequestAsync(string runId, string step, CancellationToken cancellationToken) =>
        ReadAsync<ApprovalRequest>(Asked(runId, step), cancellationToken);

    /// <summary>The decision; null for none yet.</summary>
    public Task<ApprovalDecision?> FindDecisionAsync(string runId, string step, CancellationToken cancellationToken) =>
        ReadAsync<ApprovalDecision>(Decided(runId, step), cancellationToken);

    /// <summary>Decides, unless that was done.</summary>
    /// <returns>The decision that counts.</returns>
    public async Task<ApprovalDecision> DecideAsync(
        string runId, string step, ApprovalDecision decision, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(
                Decided(runId, step), decision, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);
            return decision;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return await FindDecisionAsync(runId, step, cancellationToken) ?? decision;
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

    private async Task<T?> ReadAsync<T>(string blob, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var content = await (await blobs.OpenAsync(blob, cancellationToken)).DownloadContentAsync(cancellationToken);
            return JsonSerializer.Deserialize<T>(content.Value.Content, AppJson.Options);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}

/// <summary>A decision: the payload that the step has as its result.</summary>
/// <param name="Approved">Yes, or no.</param>
/// <param name="By">Who says so, as they wrote it.</param>
/// <param name="Comment">Why.</param>
/// <param name="At">When.</param>
internal sealed record ApprovalDecision(bool Approved, string? By, string? Comment, DateTimeOffset At);
