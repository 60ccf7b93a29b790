using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Canvas;

/// <summary>Starts canvases.</summary>
public sealed class CanvasStarter(RunBlobs blobs, TimeProvider time)
{
    /// <summary>Starts one, unless it was started before.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="canvas">A canvas that was checked.</param>
    /// <param name="nodes">How many nodes it has.</param>
    /// <param name="timeoutSeconds">How long it may take.</param>
    /// <param name="id">Of a canvas that is started once; null makes a new one.</param>
    /// <param name="cancellationToken">Cancels what is not started yet.</param>
    /// <returns>The instance's id.</returns>
    public async Task<string> StartAsync(DurableTaskClient client, CanvasNode canvas, int nodes, int timeoutSeconds, string? id, CancellationToken cancellationToken)
    {
        id ??= $"canvas-{Guid.CreateVersion7(time.GetUtcNow()):N}";
        if (await client.GetInstanceAsync(id, cancellationToken) is not null) return id;
        var tree = await blobs.StoreAsync(id, "canvas", CanvasJson.Write(canvas), cancellationToken);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(CanvasRun), new CanvasInput(tree, nodes, timeoutSeconds), new StartOrchestrationOptions(id), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Hosts refuse a running instance's id with exceptions of their own: what counts is whether it is there now.
            if (await client.GetInstanceAsync(id, cancellationToken) is null) throw;
        }

        return id;
    }
}
