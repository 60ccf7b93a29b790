using System.Text;
using System.Text.Json;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Checks;

/// <summary>Checks are compiled after some thousand records: what is decided before and behind must be the same.</summary>
public sealed class CompiledCheckTests
{
    private const string Fields = """
        [{"name":"q","type":"integer"},{"name":"p","type":"number"},{"name":"t","type":"number"},{"name":"y","type":"year"},
        {"name":"start","type":"date"},{"name":"end","type":"date"},{"name":"paid","type":"boolean"},{"name":"s"},{"name":"n"}]
        """;

    private static readonly string[] Numbers =
    [
        "", "0", "1", "2", "-1", "0.5", "-0.5", "10", "3.00", "999999999999999999", "-999999999999999999", "0.999999999999999999",
        "9223372036854775807", "-9223372036854775808", "12345678901234567890123", "1e30", "1e-30", "NaN", "INF",
    ];

    private static readonly string[] Symbols = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly string[] Dates = ["2024-01-01", "2024-01-02", "1999-12-31"];
    private static readonly string[] Texts = ["a", "b", "ab", "ä"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Checks_OfAnyForm_DecideTheSameOnceTheyAreCompiled(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 12; round++)
        {
            string[] checks = [.. Enumerable.Range(0, 4).Select(_ => Condition(random, 3))];
            string[] records = [.. Enumerable.Range(0, 150).Select(_ => Record(random))];

            var verdicts = Judge(checks, records, times: 50);

            for (var i = 0; i < records.Length; i++)
            {
                var of = Enumerable.Range(0, 50).Select(time => verdicts[time * records.Length + i]).Distinct().ToList();
                Assert.True(of.Count == 1, $"{string.Join(" | ", checks)}: {records[i]} was {string.Join(", then ", of)}");
            }
        }
    }

    [Fact]
    public void Check_OfTheGreatestDepth_IsCompiled()
    {
        var list = string.Join(", ", Enumerable.Range(0, 400));

        var verdicts = Judge([new string('-', 1_990) + "q < 1", $"q in ({list})"], ["0,,,,,,,,", "1,,,,,,,,"], times: 3_000);

        Assert.Equal(["", "expected"], verdicts.Take(2).Select(v => v.Split(' ')[0]));
        Assert.Equal(2, verdicts.Distinct().Count());
    }

    private static List<string> Judge(string[] checks, string[] records, int times)
    {
        var schema = Cleaned.Schema($$"""{"fields": {{Fields}}, "x-checks": {{JsonSerializer.Serialize(checks)}}}""");
        var writer = new CsvRecordWriter(schema);
        var cleaner = new RecordCleaner(schema);
        var verdicts = new List<string>();
        var text = Encoding.UTF8.GetBytes(string.Concat(records.Select(r => r + "\n")));
        for (var time = 0; time < times; time++)
        {
            NaiveCsv.Read(text, (in r) => verdicts.Add(cleaner.TryClean(r, writer, out var fault) ? "" : fault.Message));
            writer.Clear();
        }

        return verdicts;
    }

    private static string Record(Random random) => string.Join(',',
        Pick(random, "", "0", "1", "2", "7", "-3", "999999999999999999", "123456789012345678901234567890"), Pick(random, Numbers),
        Pick(random, Numbers), Pick(random, "", "2024", "1999"), Pick(random, ["", .. Dates]), Pick(random, ["", .. Dates]),
        Pick(random, "", "true", "false"), Pick(random, ["", .. Texts]), Pick(random, ["", .. Texts]));

    private static string Condition(Random random, int depth) => random.Next(depth > 0 ? 14 : 10) switch
    {
        0 or 1 or 2 => $"{Number(random, 2)} {Pick(random, Symbols)} {Number(random, 2)}",
        3 => $"{Number(random, 2)} {Pick(random, "=", "!=")} {Number(random, 1)} ± {Pick(random, "0.01", "1", "q")}",
        4 => $"start {Pick(random, Symbols)} end",
        5 => $"end {Pick(random, Symbols)} '{Pick(random, Dates)}'",
        6 => Pick(random, "paid", "not paid", "paid = false"),
        7 => $"s {Pick(random, Symbols)} {Pick(random, ["n", .. Texts.Select(t => $"'{t}'")])}",
        8 => Pick(random, "s in ('a', 'ä')", "n not in ('b')", "q in (1, 2, 7)"),
        9 => $"{Pick(random, "q", "p", "s", "end", "paid")} {Pick(random, "=", "!=")} null",
        10 => $"not ({Condition(random, depth - 1)})",
        _ => $"({Condition(random, depth - 1)}) {Pick(random, "and", "or", "implies")} ({Condition(random, depth - 1)})",
    };

    private static string Number(Random random, int depth) => random.Next(depth > 0 ? 8 : 5) switch
    {
        0 => "q",
        1 => "p",
        2 => "t",
        3 => "y",
        4 => Pick(random, "0", "1", "2.5", "-3", "1000000000000", "0.000000000000000001", "99999999999999999999"),
        5 => $"({Number(random, depth - 1)} * {Number(random, depth - 1)})",
        6 => $"({Number(random, depth - 1)} + {Number(random, depth - 1)})",
        _ => $"({Number(random, depth - 1)} - {Number(random, depth - 1)})",
    };

    private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];
}
