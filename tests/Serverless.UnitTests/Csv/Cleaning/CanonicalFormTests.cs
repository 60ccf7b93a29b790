using System.Globalization;
using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Cleaning;

public sealed class CanonicalFormTests
{
    private static readonly string[] Fields =
    [
        "\"type\":\"integer\",\"groupChar\":\"'\"",
        "\"type\":\"number\",\"decimalChar\":\",\",\"groupChar\":\".\",\"bareNumber\":false",
        "\"type\":\"number\",\"constraints\":{\"minimum\":-1e20}",
        "\"type\":\"boolean\",\"trueValues\":[\"1\",\"y\"],\"falseValues\":[\"0\",\"-\"]",
        "\"type\":\"date\",\"format\":\"%d.%m.%Y\",\"constraints\":{\"minimum\":\"01.02.1000\"}",
        "\"type\":\"time\",\"format\":\"any\"",
        "\"type\":\"datetime\",\"format\":\"any\"",
        "\"type\":\"year\"",
        "\"x-clean\":[\"collapse-spaces\",\"trim\",\"upper\"]",
        "\"x-clean\":[\"formula-safe\"]",
        "\"type\":\"any\"",
    ];

    private static readonly string[] Pieces =
        ["0", "1", "9", "007", "-", "+", ".", ",", "e5", "'", " ", "\t", "\n", "\"", "=", "é", "ß", "NA", "y", "INF", "€", "12", "99"];

    [Fact]
    public void Clean_CleanOutput_GivesTheSameBytes()
    {
        var schema = Cleaned.Schema(
            $$"""{"fields":[{{string.Join(',', Fields.Select((f, i) => $"{{\"name\":\"f{i}\",{f}}}"))}}],"missingValues":["","NA"]}""");
        var canonical = Cleaned.Schema(schema.ToCanonical().ToJson());
        var random = new Random(7);
        var text = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            // A few cells at a time, so that many records are accepted.
            var cells = Fields.Select((_, f) => random.Next(4) > 0 ? "" : random.Next(2) == 0 ? Likely(random, f) : Any(random));
            text.AppendJoin(',', cells.Select(Quote)).Append('\n');
        }

        var once = Cleaned.From(schema, text.ToString());
        var twice = Cleaned.From(canonical, once.Text);

        Assert.Empty(twice.Faults);
        Assert.Equal(once.Text, twice.Text);
        Assert.InRange(once.Statistics.Accepted, 2_000, 9_000);
    }

    private static string Likely(Random random, int field) => field switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{random.Next(2):'+'0;;''}{random.Next(9)}'{random.Next(1000):D3}"),
        1 => string.Create(CultureInfo.InvariantCulture, $"EUR {random.Next(-99, 99)}.{random.Next(1000):D3},{random.Next(99)} %"),
        2 => string.Create(CultureInfo.InvariantCulture, $"{random.Next(99)}.{random.Next(1000)}E{random.Next(-30, 18)}"),
        3 => "y",
        4 => string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 32)}.{random.Next(1, 13)}.{random.Next(1, 9999):D4}"),
        5 => string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 13)}:{random.Next(60):D2} pm"),
        6 =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{random.Next(1, 9999):D4}-{random.Next(1, 13)}-{random.Next(1, 29)} " +
                $"{random.Next(24)}:{random.Next(60)}:{random.Next(60)}.{random.Next(1, 999)} +{random.Next(15):D2}:30"),
        7 => random.Next(1, 9999).ToString("D4", CultureInfo.InvariantCulture),
        _ => Any(random),
    };

    private static string Any(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Quote(string cell)
    {
        var buffer = new PendingBuffer(64);
        CsvText.Append(buffer, Encoding.UTF8.GetBytes(cell));
        return Encoding.UTF8.GetString(buffer.Span);
    }
}
