using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Csv.Output;

/// <summary>RFC 4180 cells: quoted only where they must be.</summary>
internal static class CsvText
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Append(PendingBuffer buffer, ReadOnlySpan<byte> text)
    {
        if (IsPlain(text)) buffer.Append(text);
        else AppendQuoted(buffer, text);
    }

    // Most cells are short: two words that may overlap hold them. SearchValues is slower for those, and for most of a first job a process
    // runs it uncompiled.
    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        Vector128<byte> found;
        if (text.Length >= Vector128<byte>.Count)
        {
            var last = text[^Vector128<byte>.Count..];
            found = FindSpecial(Vector128.Create(last));
            for (; text.Length > last.Length; text = text[last.Length..])
                found |= FindSpecial(Vector128.Create(text));
        }
        else if (text.Length >= sizeof(ulong))
        {
            var last = text[^sizeof(ulong)..];
            found = FindSpecial(Vector128.Create(MemoryMarshal.Read<ulong>(text), MemoryMarshal.Read<ulong>(last)).AsByte());
        }
        else if (text.Length >= sizeof(uint))
        {
            var last = text[^sizeof(uint)..];
            found = FindSpecial(Vector128.Create(MemoryMarshal.Read<uint>(text), MemoryMarshal.Read<uint>(last), 0, 0).AsByte());
        }
        else
        {
            foreach (var b in text)
            {
                if (b is (byte)',' or (byte)'"' or (byte)'\r' or (byte)'\n') return false;
            }

            return true;
        }

        return found == Vector128<byte>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> FindSpecial(Vector128<byte> bytes) =>
        Vector128.Equals(bytes, Vector128.Create((byte)',')) | Vector128.Equals(bytes, Vector128.Create((byte)'"'))
        | Vector128.Equals(bytes, Vector128.Create((byte)'\r')) | Vector128.Equals(bytes, Vector128.Create((byte)'\n'));

    private static void AppendQuoted(PendingBuffer buffer, ReadOnlySpan<byte> text)
    {
        buffer.Append((byte)'"');
        for (var quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            buffer.Append(text[..(quote + 1)]);
            buffer.Append((byte)'"');
            text = text[(quote + 1)..];
        }

        buffer.Append(text);
        buffer.Append((byte)'"');
    }
}
