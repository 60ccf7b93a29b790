using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.CsvParsing;

namespace Serverless.Csv.Output;

/// <summary>Records as they stood in the file, without the values that nobody may see.</summary>
internal sealed class MaskedRaw(TableSchema schema)
{
    private readonly int[] _columns = [.. schema.Fields.Index().Where(f => f.Item.Mask is not null).Select(f => f.Index)];
    private readonly PendingBuffer _text = new(256);

    /// <summary>The part of a record that may be seen; the next call overwrites it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="code">Why it was refused; empty when it was not.</param>
    public ReadOnlySpan<byte> Of(in CsvRecord record, string code)
    {
        if (_columns.Length == 0) return record.Raw;

        // Where the columns are not certain, any of them may hold the value.
        var isCertain = record.Fields.Length == schema.Fields.Count && !record.Unclosed && code != ErrorCodes.AmbiguousQuote;
        if (!isCertain) return record.IsBlank ? [] : "***"u8;

        _text.Truncate(0);
        var at = 0;
        foreach (var column in _columns)
        {
            var field = record.Fields[column];
            if (field.Length == 0) continue;
            _text.Append(record.Raw[at..field.Start]);
            _text.Append("***"u8);
            at = field.Start + field.Length;
        }

        _text.Append(record.Raw[at..]);
        return _text.Span;
    }
}
