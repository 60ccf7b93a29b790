namespace Serverless.Rendering;

/// <summary>One bin of a histogram.</summary>
/// <param name="Count">How many values lie in it.</param>
/// <param name="Tip">What it covers, in words.</param>
internal sealed record SvgBin(double Count, string Tip);

/// <summary>Draws a distribution small enough for a table's cell.</summary>
internal static class SvgHistogram
{
    private const double Width = 180;
    private const double Height = 40;

    // A bin with anything in it is seen.
    private const double MinBarHeight = 1.5;

    /// <summary>Draws the bins from left to right; nothing for none.</summary>
    /// <param name="bins">The bins, of equal width.</param>
    /// <param name="description">What the drawing shows, for who cannot see it.</param>
    public static string Draw(IReadOnlyList<SvgBin> bins, string description)
    {
        if (bins.Count == 0) return "";
        var largest = Math.Max(bins.Max(b => double.IsFinite(b.Count) ? b.Count : 0), 1);
        var step = Width / bins.Count;
        var drawing = new SvgDrawing(
            Width, Height + 1, "histogram", description, bins.Where(b => b.Count > 0).Select(b => b.Tip));
        for (var i = 0; i < bins.Count; i++)
        {
            if (!(bins[i].Count > 0)) continue;
            var height = Math.Clamp(bins[i].Count / largest * Height, MinBarHeight, Height);
            drawing.DrawRectangle((i * step) + 0.5, Height - height, step - 1, height, "bar", bins[i].Tip);
        }

        drawing.DrawLine(0, Height + 0.5, Width, Height + 0.5, "axis");
        return drawing.End();
    }
}
