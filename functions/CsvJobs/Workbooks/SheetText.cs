using System.Buffers;
using System.Text;
using Serverless.Storage;

namespace Serverless.CsvJobs.Workbooks;

/// <summary>
/// A sheet as CSV, a line a row: every line has the sheet's columns, and the empty rows behind the last one are left out.
/// </summary>
/// <param name="document">The workbook, disposed with it.</param>
/// <param name="rows">The sheet's rows.</param>
internal sealed class SheetText(IDisposable document, SheetRows rows) : ForwardStream
{
    // So many rows tell how many columns there are.
    private const int RowsAhead = 100;
    private const int FullBytes = 64 << 10;

    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly IEnumerator<IReadOnlyList<string>> _rows = rows.Read().GetEnumerator();
    private readonly Queue<string[]> _ahead = new();
    private int _columns = -1;
    private int _emptyRows;
    private int _read;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_read == _text.WrittenCount) Fill();
        var count = Math.Min(buffer.Length, _text.WrittenCount - _read);
        _text.WrittenMemory.Slice(_read, count).CopyTo(buffer);
        _read += count;
        return ValueTask.FromResult(count);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rows.Dispose();
            document.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill()
    {
        _text.ResetWrittenCount();
        _read = 0;
        if (_columns < 0) LookAhead();
        while (_text.WrittenCount < FullBytes)
        {
            if (_ahead.TryDequeue(out var row)) Write(row);
            else if (MoveNext()) Write(_rows.Current);
            else return;
        }
    }

    private bool MoveNext() => Workbook.Guard(_rows.MoveNext);

    private void LookAhead()
    {
        while (_ahead.Count < RowsAhead && MoveNext())
        {
            _ahead.Enqueue([.. _rows.Current]);
            _columns = Math.Max(_columns, _rows.Current.Count);
        }

        _columns = Math.Max(_columns, 0);
    }

    private void Write(IReadOnlyList<string> row)
    {
        if (row.Count == 0)
        {
            _emptyRows++;
            return;
        }

        for (; _emptyRows > 0; _emptyRows--) _text.Write("\n"u8);
        for (var column = 0; column < Math.Max(row.Count, _columns); column++)
        {
            if (column > 0) _text.Write(","u8);
            if (column < row.Count) Write(row[column]);
        }

        _text.Write("\n"u8);
    }

    private void Write(string cell)
    {
        if (!cell.AsSpan().ContainsAny(Special))
        {
            Encoding.UTF8.GetBytes(cell, _text);
            return;
        }

        _text.Write("\""u8);
        Encoding.UTF8.GetBytes(cell.Replace("\"", "\"\"", StringComparison.Ordinal), _text);
        _text.Write("\""u8);
    }
}
