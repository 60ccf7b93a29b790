using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Orchestrations;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Canvas;

/// <summary>Starts canvases.</summary>
internal sealed class CanvasStarter(RunBlobs blobs, TimeProvider time)
{
    /// <summary>Starts one, unless it was started before.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="canvas">A canvas that was checked.</param>
    /// <param name="nodes">How many nodes it has.</param>
    /// <param name="timeoutSeconds">How long it may take.</param>
    /// <param name="id">Of a canvas that is started once; null makes a new one.</param>
    /// <param name="cancellationToken">Cancels what is not started yet.</param>
    /// <returns>The instance's id.</returns>
    /// <exception cref="IdTakenException">The id is that of a canvas that was asked for otherwise.</exception>
    /// <exception cref="InstanceTakenException">The id is in use for something that is no canvas.</exception>
    public async Task<string> StartAsync(
        DurableTaskClient client, CanvasNode canvas, int nodes, int timeoutSeconds, string? id, CancellationToken cancellationToken)
    {
        var json = CanvasJson.Write(canvas);
        var request = new RequestFingerprint().Add("canvas", json).Add("timeoutSeconds", timeoutSeconds);
        if (id is not null && await IsKnownAsync(client, id, request, cancellationToken)) return id;

        id ??= $"canvas-{Guid.CreateVersion7(time.GetUtcNow()):N}";
        var tree = await blobs.StoreAsync(id, "canvas", json, cancellationToken);
        var input = new CanvasInput(tree, nodes, timeoutSeconds) { Request = request.ToString() };
        if (!await client.StartOnceAsync(nameof(CanvasRun), id, input, mayRestart: null, cancellationToken))
            await IsKnownAsync(client, id, request, cancellationToken);
        return id;
    }

    private static async Task<bool> IsKnownAsync(
        DurableTaskClient client, string id, RequestFingerprint request, CancellationToken cancellationToken)
    {
        if (await client.FindOwnAsync(nameof(CanvasRun), id, cancellationToken, withInput: true) is not { } known) return false;
        IReadOnlyList<string> differing = known.ReadInputAs<CanvasInput>()?.Request is { } before ? request.ListDifferencesTo(before) : [];
        return differing.Count == 0 ? true : throw new IdTakenException("canvas", id, differing);
    }
}
