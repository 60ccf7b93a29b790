using System.Globalization;
using Serverless.Csv.Inference;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Values;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Schema;

public sealed class SchemaInferenceTests
{
    [Theory]
    [InlineData("1|-2||0", FieldType.Integer)]
    [InlineData("1|2.5|-0.25|.5", FieldType.Number)]
    [InlineData("1|1.5E-05|2.5e+10", FieldType.Number)]
    [InlineData("1|007", FieldType.String)]
    [InlineData("00.5", FieldType.String)]
    [InlineData("1|1e5", FieldType.String)]
    [InlineData("+49", FieldType.String)]
    [InlineData("1|-0", FieldType.String)]
    [InlineData("1|inf", FieldType.String)]
    [InlineData("1|1234567890123456789", FieldType.Integer)]
    [InlineData("12345678901234567890|22345678901234567890", FieldType.String)]
    [InlineData("0|1", FieldType.Integer)]
    [InlineData("true|FALSE", FieldType.Boolean)]
    [InlineData("true|1", FieldType.String)]
    [InlineData("yes|no", FieldType.String)]
    [InlineData("Y|N", FieldType.String)]
    [InlineData("2024|1999", FieldType.Integer)]
    [InlineData("12.05|13.06", FieldType.Number)]
    [InlineData("1.2.10|1.3.11|1.13.12", FieldType.String)]
    [InlineData("192.168.1.1|10.0.0.1", FieldType.String)]
    [InlineData("12 34 56|13 35 57", FieldType.String)]
    [InlineData("123 456|789 012", FieldType.String)]
    [InlineData("10:15|11:30", FieldType.String)]
    [InlineData("10:15:00|23:59:59.5", FieldType.Time)]
    [InlineData("25:15:00", FieldType.String)]
    [InlineData("f47ac10b-58cc-4372-a567-0e02b2c3d479", FieldType.String)]
    [InlineData("2024-02-29|2023-01-01", FieldType.Date)]
    [InlineData("2023-02-29", FieldType.String)]
    [InlineData("2024-01-01T00:00:00Z|2024-01-01T00:00:00.5+01:00|2024-01-01T00:00:00", FieldType.DateTime)]
    [InlineData("2024-01-01 10:11:12", FieldType.DateTime)]
    [InlineData("2024-01-01|2024-01-01T00:00:00Z", FieldType.String)]
    [InlineData("2024|x", FieldType.String)]
    [InlineData("(5.00)|(6.00)", FieldType.String)]
    [InlineData("1234-5678", FieldType.String)]
    [InlineData("-", FieldType.String)]
    [InlineData("NULL|N/A", FieldType.String)]
    [InlineData("|", FieldType.String)]
    internal void Build_Values_GiveTheType(string values, FieldType type)
    {
        var schema = Infer(values).Schema;

        Assert.Equal(type, schema.Fields[0].Type);
        Assert.Empty(TableSchemaParser.Parse(schema.ToJson()).Faults);
        foreach (var value in values.Split('|')) Assert.Empty(Cleaned.From(schema, $"\"{value}\",.\n").Faults);
    }

    [Theory]
    [InlineData("13.01.2025|01.02.2025", "%d.%m.%Y", "2025-01-13")]
    [InlineData("13/01/2025|01/02/2025", "%d/%m/%Y", "2025-01-13")]
    [InlineData("1/13/2025|11/2/2025", "%m/%d/%Y", "2025-01-13")]
    [InlineData("01/13/25|02/01/25", "%m/%d/%y", "2025-01-13")]
    [InlineData("13/01/25|14/01/25|15/02/25|16/03/25", "%d/%m/%y", "2025-01-13")]
    [InlineData("25/01/13|25/01/14|25/02/15|25/03/16", "%y/%m/%d", "2025-01-13")]
    [InlineData("13-01-99|14-01-99|15-02-99|16-03-99", "%d-%m-%y", "1999-01-13")]
    [InlineData("2025/01/13", "%Y/%m/%d", "2025-01-13")]
    [InlineData("2025.1.3|2025.12.13", "%Y.%m.%d", "2025-01-03")]
    [InlineData("2025-1-3|2025-12-13", "%Y-%m-%d", "2025-01-03")]
    [InlineData("13 Jan 2025|14 May 2025", "%d %b %Y", "2025-01-13")]
    [InlineData("13-JAN-25", "%d-%b-%y", "2025-01-13")]
    [InlineData("January 13, 2025|May 14, 2025", "%B %d, %Y", "2025-01-13")]
    [InlineData("Jan 13, 2025", "%b %d, %Y", "2025-01-13")]
    [InlineData("13.01.2025 10:15|14.01.2025 9:05", "%d.%m.%Y %H:%M", "2025-01-13T10:15:00")]
    [InlineData("1/13/2025 1:05 PM", "%m/%d/%Y %I:%M %p", "2025-01-13T13:05:00")]
    [InlineData("1/13/2025 12:05:09 AM", "%m/%d/%Y %I:%M:%S %p", "2025-01-13T00:05:09")]
    [InlineData("2025-01-13 10:15:00.123456+00", "%Y-%m-%d %H:%M:%S.%f%z", "2025-01-13T10:15:00.123456Z")]
    [InlineData("2025-01-13 10:15:00 +0200", "%Y-%m-%d %H:%M:%S %z", "2025-01-13T10:15:00+02:00")]
    [InlineData("2025-01-13 10:15:00,250", "%Y-%m-%d %H:%M:%S,%f", "2025-01-13T10:15:00.25")]
    [InlineData("2025-01-13T10:15", "%Y-%m-%dT%H:%M", "2025-01-13T10:15:00")]
    [InlineData("1:05 PM|11:30 AM", "%I:%M %p", "13:05:00")]
    [InlineData("2025-01-13T10:15:00-05:00", "default", "2025-01-13T10:15:00-05:00")]
    public void Build_DatesOfOneReading_GiveTheFormat(string values, string format, string first)
    {
        var schema = Infer(values).Schema;

        Assert.Equal(format, schema.Fields[0].Format);
        Assert.Equal($"{first},.\n", Cleaned.From(schema, $"\"{values.Split('|')[0]}\",.\n").Text);
        foreach (var value in values.Split('|')) Assert.Empty(Cleaned.From(schema, $"\"{value}\",.\n").Faults);
    }

    [Theory]
    [InlineData("01/02/2025|03/04/2025", "two readings as a date: %d/%m/%Y or %m/%d/%Y")]
    [InlineData("01.02.2025", "two readings as a date: %d.%m.%Y or %m.%d.%Y")]
    [InlineData("13/01/25", "two readings as a date: %d/%m/%y or %y/%m/%d")]
    [InlineData("1.2.24|28.12.24", "two readings: dates without zeros before them, or numbers of versions")]
    [InlineData("13/01/2025|01/14/2025", "dates or times in several formats")]
    [InlineData("01/02/2025 10:15", "two readings as a datetime: %d/%m/%Y %H:%M or %m/%d/%Y %H:%M")]
    [InlineData("10:15|11:30", "two readings as a time")]
    [InlineData("1,234|5,678", "two readings as a number: the comma")]
    [InlineData("1,234|5.678", "two readings as a number: the comma")]
    [InlineData("€1.234|€5.678", "two readings as a number: the point")]
    [InlineData("1,5|2.5", "decimal points and decimal commas")]
    [InlineData("123 456|789 012", "two readings: numbers or codes")]
    [InlineData("(5.00)|6.00", "numbers in brackets")]
    [InlineData("+5|-3", "numbers with plus signs")]
    [InlineData("$5|€5", "numbers with and without units")]
    [InlineData("12%|0.12", "numbers with and without units")]
    [InlineData("007|12", "numbers with leading zeros")]
    [InlineData("12345678901234567890", "integers beyond 64 bits")]
    [InlineData("1|2|3|x", "75 % are numbers")]
    [InlineData("NULL|", "no values")]
    public void Build_WhatIsUndecided_StaysAStringAndIsSaid(string values, string remark)
    {
        var column = Infer(values).Columns[0];

        Assert.Equal(FieldType.String, column.Field.Type);
        Assert.StartsWith(remark, column.Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.234,56|-795,55|0,00", ",", ".", null, "1234.56")]
    [InlineData("1,234.50|0.00", ".", ",", null, "1234.50")]
    [InlineData("1,234,567|5", ".", ",", null, "1234567")]
    [InlineData("0,5|1,234", ",", "", null, "0.5")]
    [InlineData("1'234.50|0'000.50", ".", "'", null, "1234.50")]
    [InlineData("1’234|5", ".", "’", null, "1234")]
    [InlineData("1 234,50|12 345,00", ",", " ", null, "1234.50")]
    [InlineData("1\u00A0234,50|5,00", ",", "\u00A0", null, "1234.50")]
    [InlineData("1\u202F234,50|5,00", ",", "\u202F", null, "1234.50")]
    [InlineData("$1,234.50|-$0.50|$-3.00", ".", ",", "$", "1234.50")]
    [InlineData("€ 1.234,00|€ 5,00", ",", ".", "€", "1234.00")]
    [InlineData("0,50 €|1,50 €", ",", "", "€", "0.50")]
    [InlineData("12%|5 %", ".", "", "%", "12")]
    [InlineData("12.50 EUR|5.00 EUR", ".", "", "EUR", "12.50")]
    [InlineData("5 kr|6 kr", ".", "", "kr", "5")]
    [InlineData("1.234|5.678", ".", "", null, "1.234")]
    [InlineData("1.234|-0.5", ".", "", null, "1.234")]
    public void Build_NumbersOfOneNotation_AreReadByIt(string values, string point, string group, string? unit, string first)
    {
        var field = Infer(values).Schema.Fields[0];

        Assert.Equal(
            (FieldType.Number, point, group, unit, unit is null),
            (field.Type, field.DecimalChar, field.GroupChar, field.Unit, field.BareNumber));
        foreach (var value in values.Split('|')) Assert.Empty(Cleaned.From(Infer(values).Schema, $"\"{value}\",.\n").Faults);
        Assert.Equal($"{first},.\n", Cleaned.From(Infer(values).Schema, $"\"{values.Split('|')[0]}\",.\n").Text);
    }

    [Fact]
    public void Build_PointsInAFileWithDecimalCommas_AreNotTakenForDecimals()
    {
        var inference = new SchemaInference(["a", "b"]);
        NaiveCsv.Read("1.234,\"0,5\"\n2.345,\"1,5\"\n", (in r) => inference.Add(r));

        var columns = inference.Build().Columns;

        Assert.Equal((FieldType.String, FieldType.Number), (columns[0].Field.Type, columns[1].Field.Type));
        Assert.StartsWith("two readings as a number: the point", columns[0].Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5|NULL|N/A||\\N|nan", FieldType.Integer, "|N/A|NULL|\\N|nan")]
    [InlineData("-|1.5|-", FieldType.Number, "|-")]
    [InlineData("true|-", FieldType.Boolean, "|-")]
    [InlineData("2024-01-01|NULL", FieldType.Date, "|NULL")]
    [InlineData("5|", FieldType.Integer, null)]
    [InlineData("x|NULL", FieldType.String, null)]
    internal void Build_WordsForNothing_AreMissingValuesOfATypedColumn(string values, FieldType type, string? missing)
    {
        var field = Infer(values).Schema.Fields[0];

        Assert.Equal((type, missing), (field.Type, field.MissingValues is null ? null : string.Join('|', field.MissingValues)));
    }

    [Theory]
    [InlineData(95, 5, 0.95, FieldType.Integer)]
    [InlineData(94, 6, 0.95, FieldType.String)]
    [InlineData(94, 6, 0.94, FieldType.Integer)]
    [InlineData(99, 1, 1, FieldType.String)]
    [InlineData(9, 1, 0.95, FieldType.String)]
    internal void Build_Dirt_IsToleratedUpToTheShare(int good, int bad, double share, FieldType type)
    {
        var inference = new SchemaInference(["a"], share: share);
        for (var i = 0; i < good; i++) NaiveCsv.Read($"{i}\n", (in r) => inference.Add(r));
        for (var i = 0; i < bad; i++) NaiveCsv.Read("three\n", (in r) => inference.Add(r));

        var column = inference.Build().Columns[0];

        Assert.Equal(type, column.Field.Type);
        if (type == FieldType.Integer) Assert.Equal(good / (double)(good + bad), column.Share);
    }

    [Fact]
    public void Build_OneDayAboveTwelve_DecidesWhenTheOtherReadingFails() => Assert.Equal(
        "%d/%m/%Y", Infer(
            string.Join(
                '|', Enumerable.Range(0, 100).Select(i => i == 50 ? "13/01/2025" : $"0{1 + (i % 9)}/02/2025"))).Schema.Fields[0].Format);

    [Fact]
    public void Build_SpacesAroundValues_AreTrimmed()
    {
        var schema = Infer(" 5| 6 ").Schema;

        Assert.Equal((FieldType.Integer, CleanStep.Trim), (schema.Fields[0].Type, Assert.Single(schema.Fields[0].Clean)));
        Assert.Equal("5,.\n", Cleaned.From(schema, "\" 5\",.\n").Text);
    }

    [Fact]
    public void Add_QuotedRaggedAndBlankRecords_AreSurvived()
    {
        var inference = new SchemaInference(["a", "b"]);
        NaiveCsv.Read("\"1\"\n\n2,\"x\"\"y\",3\n", (in r) => inference.Add(r));

        Assert.Equal([FieldType.Integer, FieldType.String], inference.Build().Schema.Fields.Select(f => f.Type));
    }

    [Fact]
    public void Build_RandomNotations_AreNeverReadAsAnotherValue()
    {
        var random = new Random(5);
        string[] marks = [".", ",", "'", " ", "-", "+", "0", "1", "7", "12", "123", "000", "e5", "%", "$", "(", ")"];
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => marks[random.Next(marks.Length)]));
            if (text.Trim().Length == 0) continue;
            var column = Infer(text).Columns[0];
            var cleaned = Cleaned.From(Infer(text).Schema, $"\"{text}\",.\n");
            Assert.Empty(cleaned.Faults);
            if (column.Field.Type is not (FieldType.Integer or FieldType.Number)) continue;

            // The digits stay, in their order; and what divided them says where the point is.
            var field = column.Field;
            var plain = text.Replace(field.GroupChar.Length > 0 ? field.GroupChar : "\n", "").Replace(field.Unit ?? "\n", "")
                .Replace(field.DecimalChar, ".").Replace(" ", "");
            if (plain.Contains('e')) Assert.Equal(plain, cleaned.Text[..^3]);
            else Assert.Equal(Decimal(plain), Decimal(cleaned.Text[..^3]));
        }
    }

    private static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static InferredSchema Infer(string values)
    {
        var inference = new SchemaInference(["a", "b"]);
        foreach (var value in values.Split('|')) NaiveCsv.Read($"\"{value}\",.\n", (in r) => inference.Add(r));
        return inference.Build();
    }
}
