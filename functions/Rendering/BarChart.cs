using System.Globalization;
using System.Net;
using System.Text;

namespace Serverless.Rendering;

/// <summary>One bar.</summary>
/// <param name="Label">What it stands for.</param>
/// <param name="Value">Its length, from 0.</param>
/// <param name="Text">The value in words, behind the bar.</param>
internal sealed record Bar(string Label, double Value, string Text);

/// <summary>
/// Draws horizontal bars with their labels: few values that are compared. It is a list of texts, which fits any width and can be read
/// aloud.
/// </summary>
internal static class BarChart
{
    /// <summary>Draws the bars in the order given; nothing for none.</summary>
    /// <param name="bars">The bars.</param>
    /// <param name="description">What the drawing shows, for who cannot see it.</param>
    public static string Draw(IReadOnlyList<Bar> bars, string description)
    {
        if (bars.Count == 0) return "";
        var largest = bars.Max(b => Measure(b.Value));
        var markup = new StringBuilder().Append(
            CultureInfo.InvariantCulture, $"<ul class=\"bars\" aria-label=\"{WebUtility.HtmlEncode(description)}\">");
        foreach (var bar in bars)
        {
            var share = largest > 0 ? Measure(bar.Value) / largest * 100 : 0;
            markup.Append(
                CultureInfo.InvariantCulture,
                $"<li><span class=\"label\">{WebUtility.HtmlEncode(bar.Label)}</span> " +
                $"<span class=\"track\"><i style=\"width:{share:0.##}%\"></i></span> " +
                $"<span class=\"value\">{WebUtility.HtmlEncode(bar.Text)}</span></li>");
        }

        return markup.Append("</ul>").ToString();
    }

    private static double Measure(double value) => double.IsFinite(value) && value > 0 ? value : 0;
}
