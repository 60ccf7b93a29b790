using Serverless.CsvParsing;

namespace Serverless.Csv.Output;

/// <summary>
/// The memory of a row group's values, in small pieces of <see cref="Chunks"/>: a file of thousands of columns has a few for each, and what
/// a column of many bytes gives back with its page another one takes.
/// </summary>
internal sealed class ParquetMemory : IDisposable
{
    /// <summary>The size of a piece in bytes; no number lies across two of them.</summary>
    public const int PieceBytes = 1024;

    private readonly List<byte[]> _chunks = [];
    private readonly Stack<ArraySegment<byte>> _free = new();
    private int _used = Chunks.Length;

    /// <summary>Lends a piece.</summary>
    public ArraySegment<byte> Take()
    {
        if (_free.TryPop(out var piece)) return piece;
        if (_used == Chunks.Length)
        {
            _chunks.Add(Chunks.Take());
            _used = 0;
        }

        piece = new ArraySegment<byte>(_chunks[^1], _used, PieceBytes);
        _used += PieceBytes;
        return piece;
    }

    /// <summary>Takes a piece back.</summary>
    public void Return(ArraySegment<byte> piece) => _free.Push(piece);

    public void Dispose()
    {
        foreach (var chunk in _chunks) Chunks.Return(chunk);
        _chunks.Clear();
        _free.Clear();
        _used = Chunks.Length;
    }
}
