using System.Text;
using Serverless.CsvParsing;

namespace Serverless.UnitTests.Csv.Parsing;

/// <summary>A dialect of a seed that is not the common one, and every order of the characters that matter in it.</summary>
internal static class RareFile
{
    public static GeneratedFile Create(int seed)
    {
        var random = new Random(seed);
        var dialect = Dialect(random);
        string[] alphabet =
        [
            "a", "b", "a", " ", "\n", "\n", "\r", "\r\n", "é", dialect.Delimiter, dialect.Delimiter, dialect.Delimiter[..1],
            $"{dialect.Delimiter}{dialect.Delimiter}",
            .. dialect.Quote == CsvDialect.None
                ? ["\""]
                    : (string[])[$"{dialect.Quote}", $"{dialect.Quote}", $"{dialect.Quote}{dialect.Quote}",
                        $"{dialect.Delimiter}{dialect.Quote}"],
            .. dialect.Escape == CsvDialect.None
                ? ["\\"]
                    : (string[])[$"{dialect.Escape}", $"{dialect.Escape}", $"{dialect.Escape}{dialect.Quote}".TrimEnd(CsvDialect.None)],
            .. dialect.Comment.Length == 0 ? ["#"] : (string[])[dialect.Comment, $"\n{dialect.Comment}", dialect.Comment[..1]],
        ];
        var text = new StringBuilder();
        var length = random.Next(0, random.Next(2) == 0 ? 14 : 250);
        while (text.Length < length) text.Append(alphabet[random.Next(alphabet.Length)]);
        return GeneratedFile.Encode(text.ToString(), dialect);
    }

    private static CsvDialect Dialect(Random random)
    {
        while (true)
        {
            string[] delimiters = [",", "||", "::", "\u0001", "¦", "|-|"];
            string[] comments = ["", "#", "//"];
            char[] escapes = [CsvDialect.None, '\\', '^'];
            char[] quotes = ['"', '\'', CsvDialect.None];
            var dialect = new CsvDialect(delimiters[random.Next(delimiters.Length)], quotes[random.Next(quotes.Length)], false)
            {
                Escape = escapes[random.Next(escapes.Length)],
                IsEscapeGiven = random.Next(2) == 0,
                DoubleQuote = random.Next(4) > 0,
                Comment = comments[random.Next(comments.Length)],
                CommentColumns = random.Next(2) * 2,
                SkipInitialSpace = random.Next(5) == 0,
            };
            if (dialect.FindFault() is null && !dialect.IsCommon) return dialect;
        }
    }
}
