using System.Text;
using Parquet;
using Parquet.Schema;

namespace Serverless.Csv.Output;

/// <summary>A column of texts, which lie one behind the other so that none is an object of its own.</summary>
internal sealed class ParquetTextColumn(DataField field) : ParquetColumn(field)
{
    private char[] _chars = new char[4096];
    private (int End, bool Missing)[] _rows = new (int, bool)[1024];
    private ReadOnlyMemory<char>?[] _values = [];
    private ReadOnlyMemory<char>?[] _loaded = [];

    public void Set(int row, ReadOnlySpan<byte> utf8)
    {
        var start = Start(row);
        Reserve(start + utf8.Length);
        _rows[row] = (start + Encoding.UTF8.GetChars(utf8, _chars.AsSpan(start)), false);
    }

    public override void SetMissing(int row)
    {
        // First: it may give the rows another array.
        var start = Start(row);
        _rows[row] = (start, true);
    }

    public override async Task LoadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        _loaded = new ReadOnlyMemory<char>?[group.RowCount];
        await group.ReadAsync<ReadOnlyMemory<char>>(field, _loaded.AsMemory(), cancellationToken: cancellationToken);
    }

    public override void Copy(int from, int row)
    {
        if (_loaded[from] is not { } text)
        {
            SetMissing(row);
            return;
        }

        var start = Start(row);
        Reserve(start + text.Length);
        text.Span.CopyTo(_chars.AsSpan(start));
        _rows[row] = (start + text.Length, false);
    }

    public override Task WriteAsync(ParquetRowGroupWriter group, int rows, CancellationToken cancellationToken)
    {
        if (rows > _values.Length) _values = new ReadOnlyMemory<char>?[_rows.Length];
        var start = 0;
        for (var row = 0; row < rows; row++)
        {
            var (end, missing) = _rows[row];
            _values[row] = missing ? default(ReadOnlyMemory<char>?) : _chars.AsMemory(start..end);
            start = end;
        }

        return group.WriteAsync<ReadOnlyMemory<char>>(Field, _values.AsMemory(0, rows), cancellationToken: cancellationToken);
    }

    private void Reserve(int length)
    {
        if (length > _chars.Length) Array.Resize(ref _chars, Math.Max(length, 2 * _chars.Length));
    }

    private int Start(int row)
    {
        if (row >= _rows.Length) Array.Resize(ref _rows, 2 * _rows.Length);
        return row == 0 ? 0 : _rows[row - 1].End;
    }
}
