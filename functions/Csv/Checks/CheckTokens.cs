using System.Text;

namespace Serverless.Csv.Checks;

/// <summary>The kinds of words of a check.</summary>
internal enum CheckTokenKind
{
    End,
    Word,
    QuotedName,
    Number,
    Text,
    Symbol,
}

/// <summary>A word of a check.</summary>
internal readonly record struct CheckToken(CheckTokenKind Kind, string Text)
{
    public string Shown => Kind == CheckTokenKind.End ? "its end" : $"\"{Text}\"";
}

/// <summary>Cuts a check's text into words.</summary>
internal static class CheckTokens
{
    private static readonly string[] Symbols = ["<=", ">=", "!=", "<>", "==", "+-", "±", "=", "<", ">", "+", "-", "*", "/", "(", ")", ","];

    public static List<CheckToken> Read(string text)
    {
        var tokens = new List<CheckToken>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            tokens.Add(Next(text, ref at));
        }

        tokens.Add(new(CheckTokenKind.End, ""));
        return tokens;
    }

    private static CheckToken Next(string text, ref int at)
    {
        var start = at;
        var c = text[at];
        if (c is '\'' or '"' or '`') return new(c == '`' ? CheckTokenKind.QuotedName : CheckTokenKind.Text, Quoted(text, ref at));
        if (char.IsLetter(c) || c == '_')
        {
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.')) at++;
            return new(CheckTokenKind.Word, text[start..at]);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
            var number = text[start..at];
            if (number.Count(d => d == '.') > 1 || number.EndsWith('.')) throw new CheckException($"\"{number}\" is no number");
            return new(CheckTokenKind.Number, number.StartsWith('.') ? "0" + number : number);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) != 0) continue;
            at += symbol.Length;
            return new(CheckTokenKind.Symbol, symbol);
        }

        throw new CheckException($"\"{c}\" means nothing here: texts stand in ' ', names with other characters than letters in ` `");
    }

    // The quote itself is written twice.
    private static string Quoted(string text, ref int at)
    {
        var quote = text[at++];
        var value = new StringBuilder();
        for (; at < text.Length; at++)
        {
            if (text[at] == quote && (at + 1 == text.Length || text[at + 1] != quote))
            {
                at++;
                return value.ToString();
            }

            if (text[at] == quote) at++;
            value.Append(text[at]);
        }

        throw new CheckException($"a {quote} is not closed");
    }
}
