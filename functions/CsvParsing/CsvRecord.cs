namespace Serverless.CsvParsing;

/// <summary>The forms of a field.</summary>
internal enum FieldQuoting : byte
{
    /// <summary>As it stands.</summary>
    None,

    /// <summary>Between quotes, which are not part of the slice.</summary>
    Quoted,

    /// <summary>Opened by a quote, and the slice holds more quotes: <see cref="FieldText.Unescape"/> says what it stands for.</summary>
    Escaped,

    /// <summary>Without quotes, and with characters that an escape makes literal.</summary>
    BareEscaped,
}

/// <summary>The place of a field's text within its record's <see cref="CsvRecord.Raw"/>, in bytes.</summary>
internal readonly record struct FieldSlice(int Start, int Length, FieldQuoting Quoting)
{
    /// <summary>The slice is not yet what it stands for.</summary>
    public bool IsEscaped => Quoting >= FieldQuoting.Escaped;
}

/// <summary>One record as it lies in the reader's buffer: valid until the reader moves on.</summary>
internal readonly ref struct CsvRecord
{
    /// <summary>The record's UTF-8 text without its line end.</summary>
    public required ReadOnlySpan<byte> Raw { get; init; }

    /// <summary>The fields in order; at least one.</summary>
    public required ReadOnlySpan<FieldSlice> Fields { get; init; }

    /// <summary>The record's number within the range that is read, from 1.</summary>
    public required long Row { get; init; }

    /// <summary>The physical line on which the record starts, within the range that is read, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>A quote opened in this record and never closed: the record is its first line only.</summary>
    public bool Unclosed { get; init; }

    /// <summary>Nothing stands between two line ends.</summary>
    public bool IsBlank => Raw.IsEmpty;

    /// <summary>A field's bytes; doubled quotes are still doubled.</summary>
    public ReadOnlySpan<byte> this[int field] => Raw.Slice(Fields[field].Start, Fields[field].Length);
}
