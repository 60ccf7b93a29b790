using System.Text;
using Parquet;
using Parquet.Schema;

namespace Serverless.Csv.Output;

/// <summary>A column of texts, which lie one behind the other so that none is an object of its own.</summary>
internal sealed class ParquetTextColumn(DataField field) : ParquetColumn(field)
{
    private char[] _chars = new char[4096];
    private (int End, bool Missing)[] _rows = new (int, bool)[1024];

    public void Set(int row, ReadOnlySpan<byte> utf8)
    {
        var start = Start(row);
        var needed = start + utf8.Length;
        if (needed > _chars.Length) Array.Resize(ref _chars, Math.Max(needed, 2 * _chars.Length));
        _rows[row] = (start + Encoding.UTF8.GetChars(utf8, _chars.AsSpan(start)), false);
    }

    public override void SetMissing(int row)
    {
        // First: it may give the rows another array.
        var start = Start(row);
        _rows[row] = (start, true);
    }

    public override Task WriteAsync(ParquetRowGroupWriter group, int rows, CancellationToken cancellationToken)
    {
        var values = new ReadOnlyMemory<char>?[rows];
        var start = 0;
        for (var row = 0; row < rows; row++)
        {
            var (end, missing) = _rows[row];
            if (!missing) values[row] = _chars.AsMemory(start..end);
            start = end;
        }

        return group.WriteAsync<ReadOnlyMemory<char>>(Field, values, cancellationToken: cancellationToken);
    }

    private int Start(int row)
    {
        if (row >= _rows.Length) Array.Resize(ref _rows, 2 * _rows.Length);
        return row == 0 ? 0 : _rows[row - 1].End;
    }
}
