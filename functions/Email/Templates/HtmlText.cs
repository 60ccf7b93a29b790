using System.Text;
using MimeKit.Text;

namespace Serverless.Email.Templates;

/// <summary>
/// Makes the text part of a message from its HTML: for readers that show no HTML, and for filters that mistrust mail without text.
/// </summary>
internal static class HtmlText
{
    /// <summary>The text of an HTML document: blocks on lines of their own, list items with a dash, links with their address.</summary>
    public static string From(string html)
    {
        var tokenizer = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        var writer = new Writer();
        while (tokenizer.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag) writer.Tag(tag);
            else if (token is HtmlDataToken { Kind: HtmlTokenKind.Data or HtmlTokenKind.CData } data) writer.WriteText(data.Data);
        }

        return writer.ToString();
    }

    private sealed class Writer
    {
        private readonly StringBuilder _text = new();
        private readonly Stack<(string Href, int Start)> _links = new();
        private int _hidden;
        private int _lines;
        private bool _space;

        public void Tag(HtmlTagToken tag)
        {
            switch (tag.Id)
            {
                case HtmlTagId.Head or HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Title:
                    _hidden += tag.IsEmptyElement ? 0 : tag.IsEndTag ? -1 : 1;
                    break;
                case HtmlTagId.Br:
                    _lines++;
                    break;
                case HtmlTagId.P or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.H4 or HtmlTagId.UL or HtmlTagId.OL
                    or HtmlTagId.Table or HtmlTagId.BlockQuote or HtmlTagId.HR:
                    Break(2);
                    break;
                case HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.H5 or HtmlTagId.H6 or HtmlTagId.Section or HtmlTagId.Header
                    or HtmlTagId.Footer:
                    Break(1);
                    break;
                case HtmlTagId.LI:
                    Break(1);
                    if (!tag.IsEndTag) WriteText("- ");
                    break;
                case HtmlTagId.TD or HtmlTagId.TH:
                    _space = true;
                    break;
                case HtmlTagId.Image when Attribute(tag, HtmlAttributeId.Alt) is { Length: > 0 } alt:
                    WriteText(alt);
                    break;
                case HtmlTagId.A when !tag.IsEndTag:
                    // Links do not stand inside each other: the next one ends the one before.
                    if (_links.TryPop(out var open)) EndLink(open.Href, open.Start);
                    _links.Push((Attribute(tag, HtmlAttributeId.Href) ?? "", _text.Length));
                    break;
                case HtmlTagId.A when _links.TryPop(out var link):
                    EndLink(link.Href, link.Start);
                    break;
            }
        }

        public void WriteText(string text)
        {
            if (_hidden > 0) return;
            foreach (var c in text)
            {
                if (char.IsWhiteSpace(c) && c != '\u00a0')
                {
                    _space = true;
                    continue;
                }

                Separate();
                _text.Append(c);
            }
        }

        public override string ToString() => _text.Length == 0 ? "" : _text.Append('\n').ToString();

        private void EndLink(string href, int start)
        {
            if (href.Length == 0 || href.StartsWith('#') || start > _text.Length) return;
            var shown = _text.ToString(start, _text.Length - start).Trim();
            if (shown == href || "mailto:" + shown == href) return;
            _space = shown.Length > 0;
            WriteText(shown.Length > 0 ? $"({href})" : href);
        }

        private void Break(int lines) => _lines = Math.Max(_lines, lines);

        private void Separate()
        {
            if (_text.Length > 0)
            {
                if (_lines > 0) _text.Append('\n', Math.Min(_lines, 2));
                else if (_space && _text[^1] is not ' ') _text.Append(' ');
            }

            _lines = 0;
            _space = false;
        }

        private static string? Attribute(HtmlTagToken tag, HtmlAttributeId id) => tag.Attributes.FirstOrDefault(a => a.Id == id)?.Value;
    }
}
