using System.Text;

namespace Serverless.Csv.Values;

/// <summary>A set of texts that is asked for UTF-8 bytes.</summary>
internal sealed class Utf8Set
{
    private const int MaxScanned = 16;

    private readonly byte[][] _few = [];
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>>? _many;

    public Utf8Set(IEnumerable<string> texts)
    {
        byte[][] all = [.. texts.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
        if (all.Length <= MaxScanned) _few = all;
        else _many = new HashSet<byte[]>(all, new Comparer()).GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public bool Contains(ReadOnlySpan<byte> text)
    {
        if (_many is { } many) return many.Contains(text);
        foreach (var one in _few)
        {
            if (text.SequenceEqual(one)) return true;
        }

        return false;
    }

    private sealed class Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
