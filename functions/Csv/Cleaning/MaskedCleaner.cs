using Serverless.Csv.Masking;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Checks a column as another cleaner does, and writes what stands for its values. Of them it tells how many there are.</summary>
/// <param name="inner">Checks the values.</param>
/// <param name="mask">What stands for them.</param>
internal sealed class MaskedCleaner(ColumnCleaner inner, MaskText mask) : ColumnCleaner(new SchemaField(inner.Name), [])
{
    private readonly MaskWriter _writer = new(mask);

    /// <summary>The cleaner that sees the values.</summary>
    public ColumnCleaner Inner => inner;

    protected override FieldRule? CleanValue(ReadOnlySpan<byte> text, IRecordWriter writer, bool ascii)
    {
        _writer.Target = writer;
        return inner.Clean(text, _writer, ascii);
    }

    protected override void AcceptValue() => inner.Accept();

    protected override ColumnStatistics Describe(ColumnStatistics statistics)
    {
        var all = inner.Statistics();
        return new ColumnStatistics(inner.Name, FieldType.String) { Count = all.Count, Missing = all.Missing };
    }
}
