using Parquet;
using Parquet.Schema;

namespace Serverless.Csv.Output;

/// <summary>A column of booleans: a bit each, once a page ends.</summary>
internal sealed class ParquetFlagColumn(DataField field) : ParquetColumn(field, ParquetType.Boolean)
{
    private bool?[] _loaded = [];

    public void Set(int row, bool value, ParquetPage page)
    {
        StartValue(row, page);
        Values.Append((byte)(value ? 1 : 0));
    }

    public override async Task LoadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        _loaded = new bool?[group.RowCount];
        await group.ReadAsync<bool>(field, _loaded.AsMemory(), cancellationToken: cancellationToken);
    }

    public override void Copy(int from, int row, ParquetPage page)
    {
        if (_loaded[from] is { } value) Set(row, value, page);
        else SetMissing(row, page);
    }

    protected override void AppendValues(PendingBuffer page)
    {
        var values = Values.Span;
        for (; values.Length > 0; values = values[Math.Min(8, values.Length)..])
        {
            var bits = 0;
            for (var i = 0; i < Math.Min(8, values.Length); i++) bits |= values[i] << i;
            page.Append((byte)bits);
        }
    }
}
