using Serverless.Csv.Checks;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>
/// Checks one column's cells, writes them in canonical form and keeps their statistics. Holds the last value until its record is
/// accepted. Not for use by several threads.
/// </summary>
internal abstract class ColumnCleaner : IColumnValue
{
    private static readonly FieldRule RequiredRule = FieldRule.Constraint("a value, for the column is required");

    private readonly TextSteps? _steps;
    private readonly Utf8Set? _missingTexts;
    private readonly bool _emptyIsMissing;
    private readonly bool _required;
    private bool _missing;
    private long _missingCount;
    private long _count;

    protected ColumnCleaner(SchemaField field, IReadOnlyList<string> missingValues)
    {
        Field = field;
        missingValues = field.MissingValues ?? missingValues;
        _required = field.Constraints.Required;
        _steps = field.Clean.Count == 0 ? null : new(field.Clean);
        _emptyIsMissing = missingValues.Contains("");
        var texts = missingValues.Where(m => m.Length > 0).ToArray();
        _missingTexts = texts.Length == 0 ? null : new(texts);
    }

    public SchemaField Field { get; }

    public string Name => Field.Name;

    public FieldType Type => Field.Type;

    public bool IsMissing => _missing;

    /// <summary>Writes the cell's canonical form, or says which rule it breaks.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="writer">Where the value goes.</param>
    /// <param name="ascii">The text is known to be ASCII.</param>
    public FieldRule? Clean(ReadOnlySpan<byte> text, RecordWriter writer, bool ascii)
    {
        if (_steps is not null) text = _steps.Apply(text);
        if (text.IsEmpty ? _emptyIsMissing : _missingTexts is not null && _missingTexts.Contains(text))
        {
            if (_required) return RequiredRule;
            _missing = true;
            writer.WriteMissing();
            return null;
        }

        _missing = false;
        return CleanValue(text, writer, ascii);
    }

    /// <summary>The record that holds the last value is accepted: the value counts.</summary>
    public void Accept()
    {
        if (_missing)
        {
            _missingCount++;
            return;
        }

        _count++;
        AcceptValue();
    }

    public ColumnStatistics BuildStatistics() => Describe(new(Field.Name, Field.Type) { Count = _count, Missing = _missingCount });

    protected abstract FieldRule? CleanValue(ReadOnlySpan<byte> text, RecordWriter writer, bool ascii);

    protected abstract void AcceptValue();

    protected abstract ColumnStatistics Describe(ColumnStatistics statistics);
}
