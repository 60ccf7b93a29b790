using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Cleaning;

/// <summary><c>x-exact</c> lets values pass that say all they said.</summary>
public sealed class ExactColumnTests
{
    private const string Error = ErrorCodes.TypeError;

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-17", "-17")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    [InlineData("0701234567", Error)]
    [InlineData("007", Error)]
    [InlineData("+5", Error)]
    [InlineData("-0", Error)]
    [InlineData("1e5", Error)]
    [InlineData("5.0", Error)]
    [InlineData("NaN", Error)]
    [InlineData("-", Error)]
    [InlineData(" 5", Error)]
    public void Integers_WrittenInOtherWays_AreKeptOrRejected(string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell("\"type\":\"integer\",\"x-exact\":true", text));

    [Theory]
    [InlineData("1.50", "1.50")]
    [InlineData(".5", "0.5")]
    [InlineData("-0.00", "-0.00")]
    [InlineData("1e-05", "1e-05")]
    [InlineData("1.5E+10", "1.5E+10")]
    [InlineData("12E5", Error)]
    [InlineData("1e5", Error)]
    [InlineData("007.5", Error)]
    [InlineData("+5", Error)]
    [InlineData("5.", Error)]
    [InlineData("1,5", Error)]
    [InlineData("inf", Error)]
    [InlineData("-INF", Error)]
    [InlineData("nan", Error)]
    public void Number(string text, string expected) => Assert.Equal(expected, Cleaned.Cell("\"type\":\"number\",\"x-exact\":true", text));

    [Theory]
    [InlineData(",", ".", "1.234,56", "1234.56")]
    [InlineData(",", ".", "-795,55", "-795.55")]
    [InlineData(",", ".", "1234,5", "1234.5")]
    [InlineData(",", ".", "1.234.567,00", "1234567.00")]
    [InlineData(",", ".", "1.23,4", Error)]
    [InlineData(",", ".", "1234.567", Error)]
    [InlineData(",", ".", "0.500", Error)]
    [InlineData(",", ".", "1,234.50", Error)]
    [InlineData(".", "'", "1'234.50", "1234.50")]
    [InlineData(".", "'", "0'000.50", "0.50")]
    [InlineData(".", "'", "00'000.50", Error)]
    [InlineData(".", ",", "1,2345", Error)]
    [InlineData(",", "\u00A0", "1\u00A0234,50", "1234.50")]
    public void Number_Notation(string point, string group, string text, string expected) =>
        Assert.Equal(
            expected, Cleaned.Cell($"\"type\":\"number\",\"decimalChar\":\"{point}\",\"groupChar\":\"{group}\",\"x-exact\":true", text));

    [Theory]
    [InlineData("$", "$5", "5")]
    [InlineData("$", "-$5.50", "-5.50")]
    [InlineData("$", "$-5.50", "-5.50")]
    [InlineData("$", "5 $", "5")]
    [InlineData("$", "5", Error)]
    [InlineData("$", "€5", Error)]
    [InlineData("$", "US$5", Error)]
    [InlineData("$", "(5.00)", Error)]
    [InlineData("$", "$$5", Error)]
    [InlineData("$", "-$-5", Error)]
    [InlineData("%", "12%", "12")]
    [InlineData("%", "12 %", "12")]
    [InlineData("%", "0.12", Error)]
    [InlineData("€", "€\u00A01.50", "1.50")]
    public void Number_Unit(string unit, string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell($"\"type\":\"number\",\"bareNumber\":false,\"x-unit\":\"{unit}\",\"x-exact\":true", text));

    [Fact]
    public void Strip_Brackets_AreNoNumberAnyMore() =>
        Assert.Equal(Error, Cleaned.Cell("\"type\":\"number\",\"bareNumber\":false", "(5.00)"));

    [Theory]
    [InlineData("default", "2024-05-01T10:00:00+02:00", "2024-05-01T10:00:00+02:00")]
    [InlineData("default", "2024-05-01T10:00:00.500Z", "2024-05-01T10:00:00.500Z")]
    [InlineData("default", "2024-05-01T10:00:00", "2024-05-01T10:00:00")]
    [InlineData("%Y-%m-%d %H:%M:%S%z", "2024-05-01 10:00:00-0530", "2024-05-01T10:00:00-05:30")]
    [InlineData("%Y-%m-%d %H:%M:%S%z", "2024-05-01 10:00:00+00", "2024-05-01T10:00:00Z")]
    public void DateTime_OffsetStays(string format, string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell($"\"type\":\"datetime\",\"format\":\"{format}\",\"x-exact\":true", text));

    [Fact]
    public void DateTime_Offsets_AreComparedInUtc()
    {
        var schema = Cleaned.Schema("""{"fields":[{"name":"a","type":"datetime","x-exact":true}]}""");

        var column = Cleaned.From(schema, "2024-05-01T10:00:00+02:00\n2024-05-01T09:00:00Z\n").Statistics.Columns[0];

        Assert.Equal(("2024-05-01T08:00:00Z", "2024-05-01T09:00:00Z"), (column.Minimum, column.Maximum));
    }

    [Fact]
    public void MissingValues_OfTheField_StandInForTheSchemas()
    {
        const string field = "\"type\":\"integer\",\"missingValues\":[\"-\"]";

        Assert.Equal("", Cleaned.Cell(field, "-"));
        Assert.Equal(Error, Cleaned.Cell(field, "NULL", ",\"missingValues\":[\"NULL\"]"));
    }

    [Theory]
    [InlineData("\"type\":\"string\",\"x-unit\":\"%\"")]
    [InlineData("\"type\":\"number\",\"x-unit\":\"%\"")]
    [InlineData("\"type\":\"number\",\"bareNumber\":false,\"x-unit\":\" \"")]
    [InlineData("\"type\":\"number\",\"x-exact\":1")]
    [InlineData("\"type\":\"number\",\"missingValues\":1")]
    public void Parse_Nonsense_IsAFault(string field) =>
        Assert.Single(TableSchemaParser.Parse($$"""{"fields":[{"name":"a",{{field}}}]}""").Faults);

    [Fact]
    public void ToJson_GivenBack_IsTheSame()
    {
        var json = Cleaned.Schema(
            """{"fields":[{"name":"a","type":"number","bareNumber":false,"x-unit":"€","missingValues":["","-"],"x-exact":true}]}""")
                .ToJson();

        Assert.Equal(json, Cleaned.Schema(json).ToJson());
        Assert.Contains("\"x-exact\": true", json, StringComparison.Ordinal);
        Assert.Contains("\"x-unit\": \"€\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "1e309", false)]
    [InlineData("", "0.12345678901234567891", true)]
    [InlineData(",\"x-exact\":true", "0.12345678901234567891", false)]
    [InlineData(",\"x-exact\":true", "1.10", true)]
    [InlineData(",\"x-exact\":true", "0.1000000000000000055511151231257827", false)]
    [InlineData(",\"x-exact\":true", "123456789.123456", true)]
    public void Parquet_WhatNoDoubleHolds_IsRefused(string exact, string number, bool accepted)
    {
        var schema = Cleaned.Schema($$"""{"fields":[{"name":"a","type":"number"{{exact}}}]}""");
        var cleaner = new RecordCleaner(schema, CsvOutput.Parquet);

        NaiveCsv.Read(
            Encoding.UTF8.GetBytes(number + "\n"), (in r) => Assert.Equal(accepted, cleaner.TryClean(r, DiscardingWriter.Instance, out _)));
    }

    [Theory]
    [InlineData("1e309")]
    [InlineData("1e308\n1e308\n1e308")]
    [InlineData("999999999999999999999999999999999999999999e300")]
    public void Mean_BeyondADouble_IsLeftOut(string numbers)
    {
        var schema = Cleaned.Schema("""{"fields":[{"name":"a","type":"number"}]}""");

        var statistics = Cleaned.From(schema, numbers + "\n").Statistics;

        var summary = JobSummary.Create(statistics, 1, TimeSpan.FromSeconds(1), 1, 0);
        Assert.Contains("maximum", Encoding.UTF8.GetString(summary.ToJson()), StringComparison.Ordinal);
        if (numbers.Length < 10) Assert.Null(statistics.Columns[0].Mean);
    }
}
