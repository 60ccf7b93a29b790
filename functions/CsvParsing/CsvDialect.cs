using Serverless.CsvParsing.Encodings;

namespace Serverless.CsvParsing;

/// <summary>The form of a file's records.</summary>
/// <param name="Delimiter">The text between fields; mostly one character.</param>
/// <param name="Quote">An ASCII character around fields that hold delimiters or line ends; <see cref="None"/> where there is none.</param>
/// <param name="HasHeader">Names of the columns stand before the first record.</param>
/// <param name="Encoding">How the file's bytes stand for characters.</param>
internal sealed record CsvDialect(string Delimiter = ",", char Quote = '"', bool HasHeader = true, CsvEncoding Encoding = CsvEncoding.Utf8)
{
    /// <summary>In the place of a character: the dialect has none.</summary>
    public const char None = '\0';

    /// <summary>The longest delimiter and the longest comment mark, in characters.</summary>
    public const int MaxMark = 16;

    /// <summary>Makes a special character behind it stand for itself; what stands before any other character does so too.</summary>
    public char Escape { get; init; } = None;

    /// <summary>Somebody said which escape there is, or that there is none. One that was found is at work between quotes only.</summary>
    public bool IsEscapeGiven { get; init; }

    /// <summary>A doubled quote between quotes stands for one.</summary>
    public bool DoubleQuote { get; init; } = true;

    /// <summary>A line that starts so is no record; empty where there are no comments.</summary>
    public string Comment { get; init; } = "";

    /// <summary>
    /// The number of fields of a record, where comments were found rather than said: a line with as many is a record whatever it starts
    /// with.
    /// </summary>
    public int CommentColumns { get; init; }

    /// <summary>Spaces at a field's start are not part of it.</summary>
    public bool SkipInitialSpace { get; init; }

    /// <summary>The physical lines before the header, or before the first record where there is none.</summary>
    public int SkipRows { get; init; }

    /// <summary>The records that the header takes, where there is one.</summary>
    public int HeaderRows { get; init; } = 1;

    /// <summary>The text between the names of several header rows.</summary>
    public string HeaderJoin { get; init; } = " ";

    /// <summary>Bytes of one quote and one delimiter decide everything, as in nearly all files.</summary>
    internal bool IsCommon =>
        Delimiter.Length == 1 && char.IsAscii(Delimiter[0]) && Quote != None && Escape == None && DoubleQuote && Comment.Length == 0
            && !SkipInitialSpace;

    /// <summary>True when a character can be a quote or an escape: ASCII, and neither NUL nor a line end.</summary>
    public static bool IsUsable(char character) => char.IsAscii(character) && IsUsableInText(character);

    /// <summary>True when a text can be a delimiter or a comment mark: of sixteen characters at most, none NUL or a line end.</summary>
    public static bool IsUsable(string mark) =>
        mark.Length is > 0 and <= MaxMark && mark.All(IsUsableInText) && !mark.Contains('\uFFFD', StringComparison.Ordinal)
            && IsWhole(mark);

    /// <summary>Throws unless the parts can be told from each other.</summary>
    /// <exception cref="ArgumentException">They cannot.</exception>
    public void Check()
    {
        if (FindFault() is var (part, problem)) throw new ArgumentException($"{part}: {problem}");
    }

    /// <summary>The first part that cannot be told from the others, and why; null when all can.</summary>
    public (string Part, string Problem)? FindFault()
    {
        const string character = "Must be an ASCII character, neither NUL nor a line end.";
        const string mark = "Must be 1 to 16 characters, neither NUL nor a line end.";
        if (!IsUsable(Delimiter)) return ("delimiter", mark);
        if (Quote != None && !IsUsable(Quote)) return ("quote", character);
        if (Escape != None && !IsUsable(Escape)) return ("escape", character);
        if (Comment.Length > 0 && !IsUsable(Comment)) return ("comment", mark);
        if (Quote != None && Delimiter.Contains(Quote, StringComparison.Ordinal)) return ("quote", "Must differ from the delimiter.");
        if (Escape != None && (Escape == Quote || Delimiter.Contains(Escape, StringComparison.Ordinal)))
            return ("escape", "Must differ from the delimiter and the quote.");
        return Comment.Length > 0 && (Comment[0] == Quote || Comment[0] == Escape || Comment[0] == Delimiter[0])
            ? ("comment", "Must start otherwise than the delimiter, the quote and the escape.")
            : null;
    }

    private static bool IsUsableInText(char character) => character is not ('\0' or '\r' or '\n');

    private static bool IsWhole(string mark) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(mark)) == mark;
}
