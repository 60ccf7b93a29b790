using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Checks;

public sealed class RowCheckTests
{
    private const string Fields = """
        [{"name":"q","type":"integer"},{"name":"p","type":"number"},{"name":"t","type":"number"},{"name":"start","type":"date"},
        {"name":"end","type":"date"},{"name":"at","type":"datetime"},{"name":"year","type":"year"},{"name":"paid","type":"boolean"},
        {"name":"status"},{"name":"note"},{"name":"odd name"}]
        """;

    private const string Record = "2,1.5,3.00,2024-01-01,2024-01-02,2024-01-01T00:00:00Z,2024,true,sent,\"a \"\"b\"\"\",x";

    [Theory]
    [InlineData("end >= start", true)]
    [InlineData("END >= start", null)]
    [InlineData("end < start", false)]
    [InlineData("start = '2024-01-01' and end != '2024-01-01'", true)]
    [InlineData("'2024-01-02' <= start", false)]
    [InlineData("at = '2024-01-01T01:00:00+01:00'", true)]
    [InlineData("t = q * p", true)]
    [InlineData("t = q * p + 0.005 ± 0.01", true)]
    [InlineData("t = q * p + 0.02 +- 0.01", false)]
    [InlineData("t != q * p + 0.02 ± 0.01", true)]
    [InlineData("q + p * 2 = 5 and (q + p) * 2 = 7.0", true)]
    [InlineData("-q < 0 and q - 3 = -1 and .5 < 1", true)]
    [InlineData("year >= 2024 and year < q * 1012.5", true)]
    [InlineData("q in (1, 2, 3) and q not in (4)", true)]
    [InlineData("status in ('sent', 'paid')", true)]
    [InlineData("not status in ('sent')", false)]
    [InlineData("note = 'a \"b\"'", true)]
    [InlineData("`odd name` = \"x\" AND status > 'abc'", true)]
    [InlineData("paid", true)]
    [InlineData("paid = false or not paid", false)]
    [InlineData("status in ('sent') implies end != null", true)]
    [InlineData("paid implies status = 'x' implies note = 'y'", true)]
    [InlineData("q = null", false)]
    [InlineData("false", false)]
    public void Check_OfARecord_IsMetOrNot(string check, bool? isMet)
    {
        var parsed = Parse([check]);
        if (isMet is null)
        {
            Assert.Null(parsed.Schema);
            return;
        }

        Assert.Empty(parsed.Faults);
        Assert.Equal(isMet == true ? 0 : 1, Cleaned.From(parsed.Schema!, Record + "\n").Faults.Count);
    }

    [Theory]
    [InlineData("q > 1")]
    [InlineData("not q > 1")]
    [InlineData("q * p = t ± 0.1")]
    [InlineData("end >= start")]
    [InlineData("status in ('a')")]
    [InlineData("status != 'a' or paid")]
    [InlineData("q = null and status = null")]
    [InlineData("q != null implies false")]
    public void Check_OfMissingValues_IsMet(string check) =>
        Assert.Empty(Cleaned.From(Parse([check]).Schema!, ",,,,,,,,,,x\n").Faults);

    [Theory]
    [InlineData("q != null")]
    [InlineData("q = null implies status = 'a' and status != null")]
    [InlineData("q > 1 and false")]
    public void Check_ThatAMissingValueBreaks_IsNotMet(string check) =>
        Assert.Single(Cleaned.From(Parse([check]).Schema!, ",,,,,,,,,,x\n").Faults);

    [Fact]
    public void Check_ThatIsNotMet_RejectsItsRecordAloneAndSaysWhatItFound()
    {
        var cleaned = Cleaned.From(
            Parse(["end >= start", "status != 'a'"]).Schema!,
            $"{Record}\n,,,2024-02-01,2024-01-31,,,,,,\n,,,,,,,,a,,\n{Record}\n");

        Assert.Equal(2, cleaned.Text.Count(c => c == '\n'));
        Assert.Equal(
            [
                new("", "row-constraint", "expected end >= start, found end \"2024-01-31\", start \"2024-02-01\""),
                new("status", "row-constraint", "expected status != 'a', found status \"a\""),
            ],
            cleaned.Faults);
    }

    [Theory]
    [InlineData("", "its end is not expected there")]
    [InlineData("q >", "its end is not expected there")]
    [InlineData("q > 1 2", "\"2\" is not expected there")]
    [InlineData("(q > 1", "its end is not expected there")]
    [InlineData("q", "`q` is integer and no condition")]
    [InlineData("q + 1", "\"+\" is no condition")]
    [InlineData("q / 2 = 1", "nothing is divided, since that is not exact: multiply the other side")]
    [InlineData("nope > 1", "there is no field `nope`")]
    [InlineData("q > status", "`status` is string and no number")]
    [InlineData("q = 'a'", "'a' is no number")]
    [InlineData("start = 'yesterday'", "`start` is date and 'yesterday' is none: dates and times stand in ' ' as ISO 8601 has them")]
    [InlineData("start < at", "`start` is date and `at` datetime")]
    [InlineData("status = 1", "`status` is string and no number")]
    [InlineData("'a' = 'b'", "'a' and 'b' are no columns")]
    [InlineData("t < p ± 1", "± goes with = and != only")]
    [InlineData("null < q", "null is compared with a column, by = or !=")]
    [InlineData("status = 'a", "a ' is not closed")]
    [InlineData("q = 1; drop", "\";\" means nothing here: texts stand in ' ', names with other characters than letters in ` `")]
    [InlineData("q = 1.2.3", "\"1.2.3\" is no number")]
    [InlineData("q in ()", "\")\" is not expected there")]
    public void Check_ThatCannotBe_IsAFaultOfTheSchema(string check, string problem)
    {
        var fault = Assert.Single(Parse(["q > 0", check]).Faults);

        Assert.Equal(("$.x-checks[1]", problem), (fault.Path, fault.Problem));
    }

    [Fact]
    public void Check_OfHostileLengthOrDepth_IsRefused()
    {
        var nested = new string('(', 900) + "q > 1" + new string(')', 900);
        Assert.Contains("nested more than 50 deep", Problem(nested), StringComparison.Ordinal);
        Assert.Contains("more than 2000 characters", Problem(new string('-', 2_500) + "q > 1"), StringComparison.Ordinal);
        Assert.Empty(Parse([new string('-', 1_990) + "q < 1"]).Faults);
        Assert.Contains("101 checks", Assert.Single(Parse([.. Enumerable.Repeat("q > 1", 101)]).Faults).Problem, StringComparison.Ordinal);

        static string Problem(string check) => Assert.Single(Parse([check]).Faults).Problem;
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("INF")]
    [InlineData("1e999999999")]
    [InlineData("-1e-999999999")]
    public void Check_OfNumbersThatCannotBeCalculatedWith_IsNotMet(string number) => Assert.Single(
        Cleaned.From(Parse(["p * p + p = t ± 1000000000"]).Schema!, $"1,{number},1,,,,,,,,\n").Faults);

    [Fact]
    public void Check_OfNumbersOfAllSizes_IsExact()
    {
        var random = new Random(5);
        var schema = Parse(["t = q * p"]).Schema!;
        for (var i = 0; i < 2_000; i++)
        {
            var (scale, integer) = (random.Next(0, 25), Digits(random, random.Next(1, 30)));
            var number = Digits(random, random.Next(1, 30));
            var total = integer * number + (random.Next(2) == 0 ? 0 : 1);

            var faults = Cleaned.From(schema, $"{integer},{Text(number, scale)},{Text(total, scale)},,,,,,,,\n").Faults;

            Assert.Equal(total == integer * number ? 0 : 1, faults.Count);
        }

        static BigInteger Digits(Random random, int count)
        {
            var digits = string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(10)));
            return BigInteger.Parse(digits, CultureInfo.InvariantCulture) * (1 - (2 * random.Next(2)));
        }
    }

    [Fact]
    public void Checks_OfASchema_AreWrittenWithItAndKeepTheirColumns()
    {
        var schema = Parse(["end >= start"]).Schema! with { FieldsMatch = FieldsMatch.Partial };

        Assert.Equal(["end >= start"], TableSchemaParser.Parse(schema.ToJson()).Schema!.Checks.Select(c => c.Text));
        Assert.Equal(["end >= start"], schema.ToCanonical().Checks.Select(c => c.Text));
        Assert.Empty(TableSchemaParser.Parse(schema.ToJson()).Schema!.UnreadMembers);

        // A column that a check names may not be missing in the file.
        Assert.Equal(["q", "start", "end"], schema.ArrangeBy(["q", "start"]).Fields.Select(f => f.Name));
    }

    private static string Text(BigInteger number, int scale)
    {
        var digits = BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return (number.Sign < 0 ? "-" : "") + (scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}");
    }

    private static SchemaParseResult Parse(string[] checks) =>
        TableSchemaParser.Parse($$"""{"fields": {{Fields}}, "x-checks": {{JsonSerializer.Serialize(checks)}}}""");
}
