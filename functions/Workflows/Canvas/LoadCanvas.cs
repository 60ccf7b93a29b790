using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Canvas;

/// <summary>
/// Reads a canvas, or some members of one of its groups, so that an orchestration's history holds no more of it than it runs.
/// </summary>
internal sealed class LoadCanvas(RunBlobs blobs)
{
    /// <summary>Which part: everything when the path is empty and no member is left out.</summary>
    public sealed record Part(StoredValue Tree, string Path, int From, int To);

    /// <summary>The part as JSON; members as a group.</summary>
    [Function(nameof(LoadCanvas))]
    public async Task<JsonElement> RunAsync([ActivityTrigger] Part part, CancellationToken cancellationToken)
    {
        var tree = await blobs.LoadAsync(part.Tree, cancellationToken);
        if (part is { From: 0, To: int.MaxValue }) return tree;
        var members = CanvasJson.Find(CanvasJson.Read(tree), part.Path) switch
        {
            ChordNode chord => chord.Header,
            var node => node.Inner,
        };
        return CanvasJson.Write(new GroupNode([.. members.Take(part.To).Skip(part.From)]));
    }
}
