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
        Values.Append([(byte)(value ? 1 : 0)], page.Memory);
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
        var start = page.Length;
        var values = Values.CopyTo(page);

        // Each bit is put where the byte of an earlier value was, or its own.
        for (var at = 0; at < values.Length; at += 8)
        {
            var bits = 0;
            for (var i = at; i < Math.Min(at + 8, values.Length); i++) bits |= values[i] << (i - at);
            values[at / 8] = (byte)bits;
        }

        page.Truncate(start + ((values.Length + 7) / 8));
    }
}
