using System.Globalization;
using System.Net;
using System.Text;

namespace Serverless.Rendering;

/// <summary>One drawing as SVG markup within a page. Colours come from the page's styles, by class; all texts are escaped.</summary>
internal sealed class SvgDrawing
{
    private readonly StringBuilder _markup = new();

    /// <param name="width">In units of the drawing, which the page scales.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="kind">The drawing's class.</param>
    /// <param name="description">What it shows, for who cannot see it.</param>
    /// <param name="values">Its values in words, likewise.</param>
    public SvgDrawing(double width, double height, string kind, string description, IEnumerable<string> values)
    {
        var words = string.Join("; ", values);
        _markup.Append(
            CultureInfo.InvariantCulture,
            $"<svg class=\"{kind}\" viewBox=\"0 0 {width:0.##} {height:0.##}\" role=\"img\" " +
            $"aria-label=\"{WebUtility.HtmlEncode(words.Length > 0 ? $"{description}: {words}" : description)}\">");
    }

    public void DrawRectangle(double x, double y, double width, double height, string style, string? tip = null)
    {
        _markup.Append(
            CultureInfo.InvariantCulture,
            $"<rect class=\"{style}\" x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\"");
        Close("rect", tip);
    }

    public void DrawCircle(double x, double y, double radius, string style, string? tip = null)
    {
        _markup.Append(CultureInfo.InvariantCulture, $"<circle class=\"{style}\" cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radius:0.##}\"");
        Close("circle", tip);
    }

    public void DrawLine(double x1, double y1, double x2, double y2, string style) =>
        _markup.Append(
            CultureInfo.InvariantCulture, $"<line class=\"{style}\" x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\"/>");

    public void DrawPath(IReadOnlyList<(double X, double Y)> points, string style)
    {
        _markup.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{style}\" points=\"");
        foreach (var (x, y) in points) _markup.Append(CultureInfo.InvariantCulture, $"{x:0.##},{y:0.##} ");
        _markup.Append("\"/>");
    }

    /// <param name="x">Where the text starts, ends or has its middle, by its class.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="style">The classes <c>end</c> and <c>middle</c> move it.</param>
    /// <param name="maxLength">A longer text is cut; the tip has all of it.</param>
    public void DrawText(double x, double y, string text, string style, int maxLength = int.MaxValue)
    {
        var shown = text.Length <= maxLength ? text : Cut(text, maxLength - 1) + "…";
        _markup.Append(
            CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{x:0.##}\" y=\"{y:0.##}\">{WebUtility.HtmlEncode(shown)}");
        if (shown != text) _markup.Append("<title>").Append(WebUtility.HtmlEncode(text)).Append("</title>");
        _markup.Append("</text>");
    }

    /// <summary>The whole drawing.</summary>
    public string End() => _markup.Append("</svg>").ToString();

    private static string Cut(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private void Close(string element, string? tip)
    {
        if (tip is null) _markup.Append("/>");
        else _markup.Append("><title>").Append(WebUtility.HtmlEncode(tip)).Append("</title></").Append(element).Append('>');
    }
}
