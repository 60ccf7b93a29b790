using System.Runtime.InteropServices;
using System.Text;

namespace Serverless.Csv.Values;

/// <summary>A set of texts that is asked for UTF-8 bytes.</summary>
internal sealed class Utf8Set
{
    private const int MaxScanned = 16;
    private const int MaxWord = sizeof(ulong);

    // Of few texts those of up to eight bytes, as words in the order of their lengths, and for each length where its words begin.
    private readonly ulong[] _words = [];
    private readonly int[] _starts = new int[MaxWord + 2];
    private readonly byte[][] _long = [];
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>>? _many;

    public Utf8Set(IEnumerable<string> texts)
    {
        byte[][] all = [.. texts.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
        if (all.Length > MaxScanned)
        {
            _many = new HashSet<byte[]>(all, new Comparer()).GetAlternateLookup<ReadOnlySpan<byte>>();
            return;
        }

        _words = [.. all.Where(t => t.Length <= MaxWord).OrderBy(t => t.Length).Select(t => Pack(t))];
        for (var length = 0; length < _starts.Length; length++) _starts[length] = all.Count(t => t.Length < length && t.Length <= MaxWord);
        _long = [.. all.Where(t => t.Length > MaxWord)];
    }

    public bool Contains(ReadOnlySpan<byte> text)
    {
        if (_many is { } many) return many.Contains(text);
        if (text.Length > MaxWord) return IsLong(text);
        var word = Pack(text);
        for (var i = _starts[text.Length]; i < _starts[text.Length + 1]; i++)
        {
            if (_words[i] == word) return true;
        }

        return false;
    }

    private bool IsLong(ReadOnlySpan<byte> text)
    {
        foreach (var one in _long)
        {
            if (text.SequenceEqual(one)) return true;
        }

        return false;
    }

    // Of two texts of one length the words are the same when the texts are: begin and end, which overlap, have all their bytes.
    private static ulong Pack(ReadOnlySpan<byte> text) => text.Length switch
    {
        >= sizeof(uint) => MemoryMarshal.Read<uint>(text) | ((ulong)MemoryMarshal.Read<uint>(text[^sizeof(uint)..]) << 32),
        >= sizeof(ushort) => MemoryMarshal.Read<ushort>(text) | ((ulong)MemoryMarshal.Read<ushort>(text[^sizeof(ushort)..]) << 16),
        1 => text[0],
        _ => 0,
    };

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
