using System.Text;
using Parquet;
using Parquet.Schema;

namespace Serverless.Csv.Output;

/// <summary>
/// One column of the row group at hand. Values are packed page by page as they come, so that a row group takes little more memory than its
/// packed bytes. Writing a row again replaces it, until the next is written.
/// </summary>
internal abstract class ParquetColumn(DataField field, ParquetType type)
{
    // What a reader unpacks at once. A little less than a power of two: the array that a page is put together in, which doubles, has room
    // for the last value.
    private const int PageBytes = 120 << 10;
    private const int MaxPageRows = 64 << 10;

    // Very many columns have few rows each.
    private const int MinRows = 64;

    // By the format's parquet.thrift.
    private const int Plain = 0, RunLength = 3, Snappy = 1;

    private readonly byte[] _name = Encoding.UTF8.GetBytes(field.Name);
    private readonly List<ReadOnlyMemory<byte>> _pages = [];
    private byte[] _present = new byte[MinRows / 8];
    private int _first;
    private int _row = -1;
    private int _start;
    private int _count;
    private int _missing;
    private long _unpacked;

    public DataField Field { get; } = field;

    /// <summary>The bytes of the pages.</summary>
    public int Length { get; private set; }

    /// <summary>The values of the page at hand that are not missing, as a page has them.</summary>
    protected ParquetValues Values { get; } = new();

    /// <summary>True when the least and the greatest value of the row group are known.</summary>
    protected virtual bool IsBounded => false;

    /// <summary>The least value.</summary>
    protected virtual ReadOnlySpan<byte> Min => default;

    /// <summary>The greatest value.</summary>
    protected virtual ReadOnlySpan<byte> Max => default;

    public void SetMissing(int row, ParquetPage page)
    {
        Start(row, page);
        SetPresent(false);
    }

    /// <summary>Reads the values of a row group of a file.</summary>
    public abstract Task LoadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken);

    /// <summary>Sets a value to one that was read.</summary>
    /// <param name="from">Its row in the file's row group.</param>
    /// <param name="row">The row at hand.</param>
    /// <param name="page">Packs what is full.</param>
    public abstract void Copy(int from, int row, ParquetPage page);

    /// <summary>Ends the row group's last page.</summary>
    public void EndPages(int rows, ParquetPage page)
    {
        // The record behind the last was dropped.
        if (_row >= rows) Values.Truncate(_start, page.Memory);
        EndPage(rows, page);
        (_first, _row, _count) = (0, -1, rows);
    }

    /// <summary>Moves the pages on and writes what a footer says of them; then the column is empty again.</summary>
    /// <param name="target">Takes the pages, whose bytes stay where they are.</param>
    /// <param name="place">Where they lie in the file.</param>
    /// <param name="chunk">The column's structure in the footer.</param>
    /// <returns>The size of the pages before they were packed.</returns>
    public long Move(List<ReadOnlyMemory<byte>> target, long place, ThriftWriter chunk)
    {
        target.AddRange(_pages);
        WriteStructure(chunk, place);
        var unpacked = _unpacked;
        _pages.Clear();
        (Length, _unpacked, _missing) = (0, 0, 0);
        ForgetBounds();
        return unpacked;
    }

    /// <summary>Starts a value of a row; what is then appended to <see cref="Values"/> is the value.</summary>
    protected void StartValue(int row, ParquetPage page)
    {
        Start(row, page);
        SetPresent(true);
    }

    /// <summary>Adds the values of a page that ends, of which none is missing.</summary>
    protected abstract void AppendValues(PendingBuffer page);

    /// <summary>Starts to look for <see cref="Min"/> and <see cref="Max"/> anew.</summary>
    protected virtual void ForgetBounds()
    {
    }

    private void Start(int row, ParquetPage page)
    {
        if (row == _row)
        {
            Values.Truncate(_start, page.Memory);
            return;
        }

        if (Values.Length >= PageBytes || row - _first == MaxPageRows) EndPage(row, page);
        (_row, _start) = (row, Values.Length);
    }

    private void SetPresent(bool isPresent)
    {
        var (at, bit) = Math.DivRem(_row - _first, 8);
        if (at == _present.Length) Array.Resize(ref _present, 2 * at);
        if (isPresent) _present[at] |= (byte)(1 << bit);
        else _present[at] &= (byte)~(1 << bit);
    }

    private void EndPage(int end, ParquetPage page)
    {
        var rows = end - _first;
        if (rows == 0) return;
        var present = ParquetPage.Count(_present, rows);
        page.Begin(_present, rows, present);
        AppendValues(page.Content);
        var packed = page.Pack(rows);
        _pages.Add(packed);
        Length += packed.Length;
        _unpacked += packed.Length - page.PackedLength + page.Content.Length;
        _missing += rows - present;
        Values.Truncate(0, page.Memory);
        _first = end;
    }

    private void WriteStructure(ThriftWriter chunk, long place)
    {
        chunk.WriteInt64(2, place);
        var column = chunk.Open(3);
        column.WriteInt32(1, (int)type);
        column.WriteIntegers(2, [Plain, RunLength]);
        column.WriteSingle(3, _name);
        column.WriteInt32(4, Snappy);
        column.WriteInt64(5, _count);
        column.WriteInt64(6, _unpacked);
        column.WriteInt64(7, Length);
        column.WriteInt64(9, place);
        var statistics = column.Open(12);

        // The first two fields are for old readers, to whom the order of bytes was not defined.
        var isOrderedEverywhere = IsBounded && type != ParquetType.Bytes;
        if (isOrderedEverywhere) statistics.WriteBinary(1, Max);
        if (isOrderedEverywhere) statistics.WriteBinary(2, Min);
        statistics.WriteInt64(3, _missing);
        if (IsBounded) statistics.WriteBinary(5, Max);
        if (IsBounded) statistics.WriteBinary(6, Min);
        statistics.End();
        column.End();
        chunk.End();
    }
}
