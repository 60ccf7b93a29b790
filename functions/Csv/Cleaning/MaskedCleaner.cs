using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Checks a column as another cleaner does, and writes what stands for its values. Of them it tells how many there are.</summary>
/// <param name="inner">Checks the values.</param>
/// <param name="mask">Writes what stands for them.</param>
internal sealed class MaskedCleaner(ColumnCleaner inner, MaskWriter mask) : ColumnCleaner(new SchemaField(inner.Name), [])
{
    /// <summary>The cleaner that sees the values.</summary>
    public ColumnCleaner Inner => inner;

    protected override FieldRule? CleanValue(ReadOnlySpan<byte> text, RecordWriter writer, bool ascii)
    {
        mask.Target = writer;
        return inner.Clean(text, mask, ascii);
    }

    protected override void AcceptValue() => inner.Accept();

    protected override ColumnStatistics Describe(ColumnStatistics statistics)
    {
        var all = inner.BuildStatistics();
        return new ColumnStatistics(inner.Name, FieldType.String) { Count = all.Count, Missing = all.Missing };
    }
}
