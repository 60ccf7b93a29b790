using Parquet;
using Parquet.Schema;

namespace Serverless.Csv.Output;

/// <summary>One column's values of the row group at hand, by row: writing a row again replaces it.</summary>
internal abstract class ParquetColumn(DataField field)
{
    public DataField Field { get; } = field;

    public abstract void SetMissing(int row);

    public abstract Task WriteAsync(ParquetRowGroupWriter group, int rows, CancellationToken cancellationToken);
}
