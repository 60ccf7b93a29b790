using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Applies the steps of <c>x-clean</c> to one column's cells.</summary>
internal sealed class TextSteps(IReadOnlyList<CleanStep> steps)
{
    private readonly CleanStep[] _steps = [.. steps];
    private PendingBuffer _from = new(256);
    private PendingBuffer _to = new(256);

    /// <returns>The text itself, a part of it, or a buffer that the next call overwrites.</returns>
    public ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> text)
    {
        foreach (var step in _steps)
        {
            text = step switch
            {
                CleanStep.Trim => Spaces.Trim(text),
                CleanStep.Lower => text.ContainsAnyInRange((byte)'A', (byte)'Z') || !Ascii.IsValid(text)
                    ? Map(text, Rune.ToLowerInvariant) : text,
                CleanStep.Upper => text.ContainsAnyInRange((byte)'a', (byte)'z') || !Ascii.IsValid(text)
                    ? Map(text, Rune.ToUpperInvariant) : text,
                _ => Collapse(text),
            };
        }

        return text;
    }

    private ReadOnlySpan<byte> Map(ReadOnlySpan<byte> text, Func<Rune, Rune> map)
    {
        Start(text.Length);
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var size);
            _to.Advance(map(rune).EncodeToUtf8(_to.GetSpan(4)));
            text = text[size..];
        }

        return _to.Span;
    }

    private ReadOnlySpan<byte> Collapse(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("  "u8) < 0 && text.IndexOfAnyInRange((byte)0x09, (byte)0x0D) < 0 && Ascii.IsValid(text)) return text;

        Start(text.Length);
        var inSpace = false;
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var size);
            var space = Rune.IsWhiteSpace(rune);
            if (!space) _to.Append(text[..size]);
            else if (!inSpace) _to.Append((byte)' ');
            inSpace = space;
            text = text[size..];
        }

        return _to.Span;
    }

    // A step reads what the step before wrote, so it writes to the other buffer.
    private void Start(int capacity)
    {
        (_from, _to) = (_to, _from);
        _to.Truncate(0);
        _to.GetSpan(capacity);
    }
}
