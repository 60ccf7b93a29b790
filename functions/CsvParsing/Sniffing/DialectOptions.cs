using Serverless.CsvParsing.Encodings;

namespace Serverless.CsvParsing.Sniffing;

/// <summary>The known part of a file's dialect; null where it is to be found out.</summary>
internal sealed record DialectOptions(string? Delimiter = null, char? Quote = null, bool? HasHeader = null, CsvEncoding? Encoding = null)
{
    /// <summary><see cref="CsvDialect.None"/> says that there is none.</summary>
    public char? Escape { get; init; }

    public bool? DoubleQuote { get; init; }

    /// <summary>Empty: there are no comments.</summary>
    public string? Comment { get; init; }

    public bool SkipInitialSpace { get; init; }

    /// <summary>The lines before the header.</summary>
    public int? SkipRows { get; init; }

    public int HeaderRows { get; init; } = 1;

    public string HeaderJoin { get; init; } = " ";

    /// <summary>The names of the columns: a first line that says exactly this is the header.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
