using Serverless.Csv.Output;
using Serverless.Csv.Values;

namespace Serverless.Csv.Keys;

/// <summary>Makes entries of a key's values.</summary>
/// <param name="hashing">How.</param>
internal sealed class KeyHash(KeyHashing hashing)
{
    private readonly PendingBuffer _text = new(256);

    /// <summary>The text of the key at hand.</summary>
    public ReadOnlySpan<byte> Text => _text.Span;

    /// <summary>Begins a key.</summary>
    public void Begin() => _text.Truncate(0);

    /// <summary>Adds a value of it.</summary>
    public void Append(FieldType type, ReadOnlySpan<byte> value, bool isLast) => KeyText.Append(_text, type, value, isLast);

    /// <summary>Ends the key.</summary>
    /// <param name="position">Where its record starts.</param>
    public KeyEntry End(long position) => _text.Length <= hashing.MaxInline
        ? KeyEntry.OfText(_text.Span, position) : KeyEntry.OfHash(hashing.Hash(_text.Span), position);
}
