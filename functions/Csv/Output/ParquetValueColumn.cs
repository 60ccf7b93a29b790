using Parquet;
using Parquet.Schema;

namespace Serverless.Csv.Output;

/// <summary>A column of numbers, booleans or times.</summary>
internal sealed class ParquetValueColumn<T>(DataField field) : ParquetColumn(field)
    where T : struct
{
    private T?[] _values = new T?[1024];
    private T?[] _loaded = [];

    public void Set(int row, T value)
    {
        Reserve(row);
        _values[row] = value;
    }

    public override void SetMissing(int row)
    {
        Reserve(row);
        _values[row] = null;
    }

    public override async Task LoadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        _loaded = new T?[group.RowCount];
        await group.ReadAsync<T>(field, _loaded.AsMemory(), cancellationToken: cancellationToken);
    }

    public override void Copy(int from, int row)
    {
        Reserve(row);
        _values[row] = _loaded[from];
    }

    public override Task WriteAsync(ParquetRowGroupWriter group, int rows, CancellationToken cancellationToken) =>
        group.WriteAsync<T>(Field, _values.AsMemory(0, rows), cancellationToken: cancellationToken);

    private void Reserve(int row)
    {
        if (row >= _values.Length) Array.Resize(ref _values, 2 * _values.Length);
    }
}
