using System.Text;
using Serverless.Storage;

namespace Serverless.Csv.Proof;

/// <summary>A hash that stands within the text that it is of: its own digits count as zeros.</summary>
internal static class ByteSeal
{
    /// <summary>A seal that is not set yet.</summary>
    public static string BuildUnset(HashKind kind) => new('0', ByteHash.Of(kind, []).Length);

    /// <summary>Sets the seal of a text.</summary>
    /// <param name="text">The text, with the seal not set.</param>
    /// <param name="kind">The hash.</param>
    public static void Set(Span<byte> text, HashKind kind)
    {
        var unset = Encoding.ASCII.GetBytes(BuildUnset(kind));
        Encoding.ASCII.GetBytes(ByteHash.Of(kind, text), text.Slice(text.LastIndexOf(unset), unset.Length));
    }

    /// <summary>True when a text is what it was when it was sealed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="seal">Its seal.</param>
    /// <param name="kind">The hash.</param>
    public static bool Holds(ReadOnlySpan<byte> text, string seal, HashKind kind)
    {
        var at = text.LastIndexOf(Encoding.ASCII.GetBytes(seal));
        if (at < 0 || seal.Length != BuildUnset(kind).Length) return false;
        var unset = text.ToArray();
        unset.AsSpan(at, seal.Length).Fill((byte)'0');
        return ByteHash.Of(kind, unset) == seal;
    }
}
