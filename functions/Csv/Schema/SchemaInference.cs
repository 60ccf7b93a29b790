using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Parsing;

namespace Serverless.Csv.Schema;

/// <summary>
/// Guesses a schema from a file's first records. A type is only given where every value is certainly of it: what has leading zeros
/// is an identifier, and 0 and 1 are no booleans.
/// </summary>
/// <param name="names">The columns' names; cells beyond them are passed over.</param>
/// <param name="quote">The dialect's quote.</param>
public sealed class SchemaInference(IReadOnlyList<string> names, char quote = '"')
{
    /// <summary>How many records are looked at.</summary>
    public const int MaxRecords = 1_000;

    private const string SpacedDateTime = "%Y-%m-%d %H:%M:%S";
    private const int MaxDigits = 18;

    private static readonly IReadOnlyList<string> TrueValues = ["true", "True", "TRUE"];
    private static readonly IReadOnlyList<string> FalseValues = ["false", "False", "FALSE"];
    private static readonly TemporalPattern Spaced = TemporalPattern.Parse(SpacedDateTime, FieldType.DateTime, out _)!;

    private readonly Guess[] _guesses = new Guess[names.Count];
    private byte[] _unescaped = [];

    [Flags]
    private enum Guess
    {
        Nothing = 0,
        Integer = 1,
        Number = 2,
        Boolean = 4,
        Date = 8,
        DateTime = 16,
        SpacedDateTime = 32,
        Text = 64,
    }

    /// <summary>Records looked at so far.</summary>
    public int Records { get; private set; }

    /// <summary>Takes a record into account; false once enough have been seen.</summary>
    public bool Add(in CsvRecord record)
    {
        if (Records == MaxRecords) return false;
        if (!record.IsBlank && !record.Unclosed)
        {
            for (var i = 0; i < _guesses.Length && i < record.Fields.Length; i++)
            {
                var text = record[i];
                if (record.Fields[i].Quoting == FieldQuoting.Escaped) text = Unescape(text);
                if (!text.IsEmpty) _guesses[i] |= GuessOf(text);
            }
        }

        return ++Records < MaxRecords;
    }

    /// <summary>The schema that all records so far meet; a column without values is a string.</summary>
    public TableSchema Build() => new([.. names.Select((name, i) => Field(name, _guesses[i]))]);

    private static SchemaField Field(string name, Guess seen) => seen switch
    {
        Guess.Integer => new(name, FieldType.Integer),
        Guess.Number or (Guess.Number | Guess.Integer) => new(name, FieldType.Number),
        Guess.Boolean => new(name, FieldType.Boolean) { TrueValues = TrueValues, FalseValues = FalseValues },
        Guess.Date => new(name, FieldType.Date),
        Guess.DateTime => new(name, FieldType.DateTime),
        Guess.SpacedDateTime => new(name, FieldType.DateTime, SpacedDateTime),
        _ => new(name),
    };

    private static Guess GuessOf(ReadOnlySpan<byte> text)
    {
        if (char.IsAsciiLetter((char)text[0])) return IsBoolean(text) ? Guess.Boolean : Guess.Text;
        var value = TemporalValue.Empty;
        if (IsoTime.TryRead(FieldType.Date, text, ref value) && value.IsValid) return Guess.Date;
        value = TemporalValue.Empty;
        if (IsoTime.TryRead(FieldType.DateTime, text, ref value) && value.IsValid && value.TryToUtc()) return Guess.DateTime;
        value = TemporalValue.Empty;
        if (text.Length == 19 && Spaced.TryRead(text, ref value) && value.IsValid) return Guess.SpacedDateTime;
        return GuessNumber(text);
    }

    private static Guess GuessNumber(ReadOnlySpan<byte> text)
    {
        if (text[0] == '-') text = text[1..];
        var whole = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (whole < 0) whole = text.Length;
        var leadingZero = whole > 1 && text[0] == '0';
        if (leadingZero || whole > MaxDigits) return Guess.Text;
        if (whole == text.Length) return whole == 0 ? Guess.Text : Guess.Integer;
        var fraction = text[(whole + 1)..];
        return text[whole] == '.' && !fraction.IsEmpty && fraction.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 ? Guess.Number : Guess.Text;
    }

    private static bool IsBoolean(ReadOnlySpan<byte> text)
    {
        if (text.Length is not (4 or 5)) return false;
        var word = Encoding.UTF8.GetString(text);
        return TrueValues.Contains(word) || FalseValues.Contains(word);
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text)
    {
        if (_unescaped.Length < text.Length) _unescaped = new byte[text.Length];
        return _unescaped.AsSpan(0, FieldText.Unescape(text, (byte)quote, _unescaped));
    }
}
