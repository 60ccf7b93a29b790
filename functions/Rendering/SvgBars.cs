namespace Serverless.Rendering;

/// <summary>One bar.</summary>
/// <param name="Label">What it stands for.</param>
/// <param name="Value">Its length, from 0.</param>
/// <param name="Text">The value in words, behind the bar.</param>
internal sealed record SvgBar(string Label, double Value, string Text);

/// <summary>Draws horizontal bars with their labels: few values that are compared.</summary>
internal static class SvgBars
{
    private const double Width = 640;
    private const double Row = 24;
    private const double LabelWidth = 210;
    private const double TextWidth = 110;
    private const int MaxLabelLength = 28;

    /// <summary>Draws the bars in the order given; nothing for none.</summary>
    /// <param name="bars">The bars.</param>
    /// <param name="description">What the drawing shows, for who cannot see it.</param>
    public static string Draw(IReadOnlyList<SvgBar> bars, string description)
    {
        if (bars.Count == 0) return "";
        var largest = bars.Max(b => Measure(b.Value));
        var drawing = new SvgDrawing(Width, (bars.Count * Row) + 4, "bars", description);
        for (var i = 0; i < bars.Count; i++)
        {
            var y = 2 + (i * Row);
            var length = largest > 0 ? Measure(bars[i].Value) / largest * (Width - LabelWidth - TextWidth) : 0;
            drawing.DrawText(LabelWidth - 8, y + 16, bars[i].Label, "label end", MaxLabelLength);
            drawing.DrawRectangle(LabelWidth, y + 3, Math.Max(length, 1), Row - 6, "bar", $"{bars[i].Label}: {bars[i].Text}");
            drawing.DrawText(LabelWidth + length + 8, y + 16, bars[i].Text, "value");
        }

        return drawing.End();
    }

    private static double Measure(double value) => double.IsFinite(value) && value > 0 ? value : 0;
}
