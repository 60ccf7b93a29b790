using System.Text;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;

namespace Serverless.CsvJobs.Mending;

/// <summary>Single records as text, in the dialect of a job.</summary>
internal sealed class RawRecords
{
    private const int MinBuffer = 256;

    private readonly CsvDialect _dialect;
    private readonly FieldDecoder _decoder;

    public RawRecords(CsvDialect dialect)
    {
        _dialect = dialect with { Encoding = CsvEncoding.Utf8 };
        _decoder = new FieldDecoder(_dialect);
    }

    /// <summary>Reads a text that is one record, whole.</summary>
    /// <param name="raw">The text.</param>
    /// <returns>A reader that stands on the record; null when the text is none, or more than one.</returns>
    public CsvRecordReader? TryRead(byte[] raw)
    {
        var limits = CsvLimits.Default with { BufferBytes = Math.Clamp(raw.Length + 1, MinBuffer, CsvLimits.Default.BufferBytes) };
        var reader = new CsvRecordReader(new MemoryStream(raw, writable: false), _dialect, 0, limits);
        try
        {
            while (!reader.TryRead())
            {
                if (reader.Fill()) continue;
                reader.Dispose();
                return null;
            }

            if (reader.Current.Raw.Length == raw.Length) return reader;
        }
        catch (CsvFormatException)
        {
            // Longer than a record may be.
        }

        reader.Dispose();
        return null;
    }

    /// <summary>The record that a reader stands on, with its place in the file.</summary>
    public static CsvRecord ReadAt(CsvRecordReader reader, long row, long line) => new()
    {
        Raw = reader.Current.Raw,
        Fields = reader.Current.Fields,
        Row = row,
        Line = line,
        Unclosed = reader.Current.Unclosed,
    };

    /// <summary>True when a text is one record.</summary>
    public bool IsOne(string raw)
    {
        using var reader = TryRead(Encoding.UTF8.GetBytes(raw));
        return reader is not null;
    }

    /// <summary>The values of a record; null for what is none.</summary>
    public string[]? ParseValues(string raw)
    {
        using var reader = TryRead(Encoding.UTF8.GetBytes(raw));
        if (reader is null || reader.Current.Unclosed) return null;
        var record = reader.Current;
        var values = new string[record.Fields.Length];
        for (var i = 0; i < values.Length; i++) values[i] = Decode(record, i);
        return values;
    }

    /// <summary>A value of a record, without its quotes.</summary>
    public string Decode(in CsvRecord record, int field) => _decoder.DecodeText(record, field);

    /// <summary>Writes values as a record.</summary>
    /// <returns>Null when the dialect has no way to.</returns>
    public string? Compose(IReadOnlyList<string> values)
    {
        var raw = string.Join(_dialect.Delimiter, values.Select((v, i) => IsPlain(v, i, values.Count) ? v : Quoted(v)));
        return ParseValues(raw) is { } read && read.SequenceEqual(values) ? raw : null;
    }

    private bool IsPlain(string value, int place, int count) =>
        (value.Length > 0 || count > 1)
        && value.AsSpan().IndexOfAny('\r', '\n') < 0
        && !value.Contains(_dialect.Delimiter[0], StringComparison.Ordinal)
        && !(_dialect.Quote != CsvDialect.None && value.Contains(_dialect.Quote, StringComparison.Ordinal))
        && !(_dialect.Escape != CsvDialect.None && value.Contains(_dialect.Escape, StringComparison.Ordinal))
        && !(_dialect.SkipInitialSpace && value.StartsWith(' '))
        && !(place == 0 && _dialect.Comment.Length > 0 && value.StartsWith(_dialect.Comment, StringComparison.Ordinal));

    private string Quoted(string value)
    {
        var quote = _dialect.Quote.ToString();
        if (_dialect.Quote == CsvDialect.None) return value;
        if (_dialect.Escape != CsvDialect.None)
        {
            var escape = _dialect.Escape.ToString();
            value = value.Replace(escape, escape + escape, StringComparison.Ordinal);
            if (!_dialect.DoubleQuote) value = value.Replace(quote, escape + quote, StringComparison.Ordinal);
        }

        return quote + (_dialect.DoubleQuote ? value.Replace(quote, quote + quote, StringComparison.Ordinal) : value) + quote;
    }
}
