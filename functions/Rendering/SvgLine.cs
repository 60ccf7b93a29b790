namespace Serverless.Rendering;

/// <summary>One point of a line.</summary>
/// <param name="Label">Its place on the axis, such as an hour.</param>
/// <param name="Value">Its height, from 0.</param>
internal sealed record SvgPoint(string Label, double Value);

/// <summary>Draws values over time, from 0 up.</summary>
internal static class SvgLine
{
    private const double Width = 640;
    private const double Height = 200;
    private const double Left = 84;
    private const double Right = 36;
    private const double Top = 20;
    private const double Bottom = 36;
    private const int Labels = 6;
    private const int PointsShown = 60;

    /// <summary>Draws the points at equal distances; nothing for none.</summary>
    /// <param name="points">The points in order.</param>
    /// <param name="word">Words a value.</param>
    /// <param name="description">What the drawing shows, for who cannot see it.</param>
    public static string Draw(IReadOnlyList<SvgPoint> points, Func<double, string> word, string description)
    {
        if (points.Count == 0) return "";
        var highest = points.Max(p => p.Value);
        var scale = highest > 0 ? (Height - Top - Bottom) / highest : 0;
        var step = points.Count > 1 ? (Width - Left - Right) / (points.Count - 1) : 0;
        var drawing = new SvgDrawing(Width, Height, "line", description, points.Select(p => $"{p.Label} {word(p.Value)}"));

        foreach (var share in (double[])[0, 0.5, 1])
        {
            if (share > 0 && highest <= 0) break;
            var y = Height - Bottom - (share * highest * scale);
            drawing.DrawLine(Left, y, Width - Right, y, share == 0 ? "axis" : "grid");
            drawing.DrawText(Left - 8, y + 4, word(share * highest), "label end");
        }

        (double X, double Y)[] places = [.. points.Select((p, i) => (Left + (i * step), Height - Bottom - (Math.Max(p.Value, 0) * scale)))];
        drawing.DrawPath(places, "trace");
        var labelled = Math.Max(1, (int)Math.Ceiling(points.Count / (double)Labels));
        for (var i = 0; i < points.Count; i++)
        {
            if (points.Count <= PointsShown)
                drawing.DrawCircle(places[i].X, places[i].Y, 2.5, "point", $"{points[i].Label}: {word(points[i].Value)}");
            if (i % labelled == 0) drawing.DrawText(places[i].X, Height - 10, points[i].Label, "label middle", 16);
        }

        return drawing.End();
    }
}
