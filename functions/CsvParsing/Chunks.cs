namespace Serverless.CsvParsing;

/// <summary>
/// Lends arrays of one size. All large buffers of a job are made of them, so that what one of its steps gives back serves the next, and
/// memory is that of the step that takes most instead of the sum of all.
/// </summary>
internal static class Chunks
{
    /// <summary>The size of each, in bytes.</summary>
    public const int Length = 256 << 10;

    // 80 MiB, about what eight ranges hold. The shared pool keeps 32 arrays of a size for each core, and the others would become garbage.
    private const int MaxKept = 320;

    private static readonly Lock Gate = new();
    private static readonly Stack<byte[]> Kept = new();
    private static int _lent;

    /// <summary>The number in use.</summary>
    public static int Lent => Volatile.Read(ref _lent);

    /// <summary>Lends one, with whatever its last user left in it.</summary>
    public static byte[] Take()
    {
        Interlocked.Increment(ref _lent);
        lock (Gate)
        {
            if (Kept.TryPop(out var chunk)) return chunk;
        }

        // Apart from what is collected: it would be copied there twice, and the collector lets a generation grow by what is in it already.
        return GC.AllocateUninitializedArray<byte>(Length, pinned: true);
    }

    /// <summary>Takes one back; nobody may use it any more.</summary>
    public static void Return(byte[] chunk)
    {
        Interlocked.Decrement(ref _lent);
        lock (Gate)
        {
            if (Kept.Count < MaxKept) Kept.Push(chunk);
        }
    }
}
