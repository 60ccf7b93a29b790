using System.Buffers;

namespace Serverless.CsvParsing.Sniffing;

/// <summary>Tells text from what only happens to be bytes.</summary>
internal static class BinaryText
{
    // The share of bytes that no text has from which on it is none: less will do where the rest is no UTF-8 either.
    private const double MaxControlShare = 0.25;
    private const double MaxOtherControlShare = 0.03;
    private const int MinBytesToJudge = 64;

    // Not those that separate (tab, line ends, form feed, SOH to ETX, FS to US), nor what old systems end or escape with.
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [0, .. Enumerable.Range(4, 5).Select(i => (byte)i), .. Enumerable.Range(14, 12).Select(i => (byte)i), 0x7F]);

    /// <summary>True when a sample has a byte that no text has.</summary>
    public static bool HasControls(ReadOnlySpan<byte> sample) => sample.ContainsAny(Controls);

    /// <summary>True when a decoded sample holds too many of them: NULs throughout, say.</summary>
    /// <param name="text">The sample as UTF-8.</param>
    /// <param name="isUtf8">It was UTF-8, or somebody said what it is.</param>
    public static bool Is(ReadOnlySpan<byte> text, bool isUtf8)
    {
        var max = text.Length * (isUtf8 || text.Length < MinBytesToJudge ? MaxControlShare : MaxOtherControlShare);
        var count = 0;
        for (var rest = text; rest.IndexOfAny(Controls) is >= 0 and var at; rest = rest[(at + 1)..]) count++;
        return count > max;
    }
}
