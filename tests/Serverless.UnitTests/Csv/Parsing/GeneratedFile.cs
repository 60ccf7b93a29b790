using System.Text;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;

namespace Serverless.UnitTests.Csv.Parsing;

/// <summary>
/// A file of a seed: as raw bytes, as the UTF-8 text that a reader must see, and how the positions of the two belong together.
/// </summary>
internal sealed record GeneratedFile(byte[] Raw, byte[] Utf8, Func<int, long> RawPosition, CsvDialect Dialect)
{
    private static readonly CsvEncoding[] Encodings =
        [CsvEncoding.Utf8, CsvEncoding.Utf16LittleEndian, CsvEncoding.Utf16BigEndian, CsvEncoding.Windows1252];

    public static GeneratedFile Create(int seed)
    {
        var random = new Random(seed);
        var encoding = Encodings[Math.Max(0, random.Next(-3, 4))];
        var dialect = new CsvDialect($"{",;\t|"[random.Next(4)]}", random.Next(4) == 0 ? '\'' : '"', false, encoding);
        return Encode(random.Next(3) == 0 ? Noise(random, dialect) : Table(random, dialect), dialect);
    }

    public static GeneratedFile Encode(string text, CsvDialect dialect)
    {
        var raw = new List<byte>();
        var utf8 = new List<byte>();
        var positions = new List<long>();
        for (var i = 0; i < text.Length; i++)
        {
            var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            var code = pair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i];
            byte[] character = code switch
            {
                < 0x80 => [(byte)code],
                < 0x800 => [(byte)(0xC0 | code >> 6), Tail(code)],
                < 0x10000 => [(byte)(0xE0 | code >> 12), Tail(code >> 6), Tail(code)],
                _ => [(byte)(0xF0 | code >> 18), Tail(code >> 12), Tail(code >> 6), Tail(code)],
            };
            utf8.AddRange(character);
            positions.AddRange(Enumerable.Repeat((long)raw.Count, character.Length));
            switch (dialect.Encoding)
            {
                case CsvEncoding.Utf8:
                    for (var k = 1; k < character.Length; k++) positions[^(character.Length - k)] = raw.Count + k;
                    raw.AddRange(character);
                    break;
                case CsvEncoding.Windows1252:
                    raw.Add((byte)text[i]);
                    break;
                default:
                    raw.AddRange(Unit(text[i], dialect.Encoding));
                    if (pair) raw.AddRange(Unit(text[i + 1], dialect.Encoding));
                    break;
            }

            if (pair) i++;
        }

        positions.Add(raw.Count);
        return new GeneratedFile([.. raw], [.. utf8], at => positions[at], dialect);
    }

    private static byte Tail(int code) => (byte)(0x80 | (code & 0x3F));

    private static byte[] Unit(char unit, CsvEncoding encoding) =>
        encoding == CsvEncoding.Utf16LittleEndian ? [(byte)unit, (byte)(unit >> 8)] : [(byte)(unit >> 8), (byte)unit];

    /// <summary>Every order of the characters that matter.</summary>
    private static string Noise(Random random, CsvDialect dialect)
    {
        var alphabet = $"{dialect.Quote}{dialect.Quote}{dialect.Delimiter}\n\rab";
        var text = new StringBuilder();
        var length = random.Next(0, random.Next(2) == 0 ? 12 : 300);
        while (text.Length < length) text.Append(alphabet[random.Next(alphabet.Length)]);
        return text.ToString();
    }

    /// <summary>Fields as people produce them, and as they should not.</summary>
    private static string Table(Random random, CsvDialect dialect)
    {
        var (d, q) = (dialect.Delimiter, dialect.Quote);
        string[] lineEnds = random.Next(2) == 0 ? [Pick(random, "\n", "\r\n", "\r")] : ["\n", "\r\n", "\r"];
        var columns = random.Next(1, 6);
        var rows = random.Next(0, 20);
        var mess = random.Next(3) == 0;
        var text = new StringBuilder();
        for (var row = 0; row < rows; row++)
        {
            var ragged = mess && random.Next(5) == 0 ? random.Next(0, 9) : columns;
            for (var column = 0; column < ragged; column++)
            {
                if (column > 0) text.Append(d);
                var word = Word(random, dialect);
                text.Append(random.Next(mess ? 9 : 4) switch
                {
                    0 => $"{q}{word}{Pick(random, "", $"{d}", "\n", "\r\n", "\r", $"{q}{q}", $"\n\n{d}")}{Word(random, dialect)}{q}",
                    8 => Pick(random, $"{q}{word}", $"{word}{q}x", $"{q}{word}{q}tail{q}", $"{q}{q}{q}", $"{q}{word}{q}{q}"),
                    _ => word,
                });
            }

            if (row < rows - 1 || random.Next(2) == 0) text.Append(Pick(random, lineEnds));
        }

        return text.ToString();
    }

    private static string Word(Random random, CsvDialect dialect)
    {
        var alphabet = dialect.Encoding == CsvEncoding.Windows1252 ? "abc 012é\u00A0ÿ\0" : "abc 012é€\U0001F600\ud83d\ude00\0";
        var length = random.Next(20) == 0 ? random.Next(60, 140) : random.Next(0, 6);
        var word = new StringBuilder();
        while (word.Length < length) word.Append(alphabet[random.Next(alphabet.Length)]);
        return word.ToString();
    }

    private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];
}
