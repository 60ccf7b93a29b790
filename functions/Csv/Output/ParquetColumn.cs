using Parquet;
using Parquet.Schema;

namespace Serverless.Csv.Output;

/// <summary>One column's values of the row group at hand, by row: writing a row again replaces it.</summary>
internal abstract class ParquetColumn(DataField field)
{
    public DataField Field { get; } = field;

    public abstract void SetMissing(int row);

    /// <summary>Reads the values of a row group of a file.</summary>
    public abstract Task LoadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken);

    /// <summary>Sets a value to one that was read.</summary>
    /// <param name="from">Its row in the file's row group.</param>
    /// <param name="row">The row at hand.</param>
    public abstract void Copy(int from, int row);

    public abstract Task WriteAsync(ParquetRowGroupWriter group, int rows, CancellationToken cancellationToken);
}
