using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Cleaning;

public sealed class TypeTests
{
    private const string Type = "type-error";
    private const string Constraint = "constraint-error";

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("+12", "12")]
    [InlineData("007", "7")]
    [InlineData("-0012", "-12")]
    [InlineData("999999999999999999", "999999999999999999")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("000000000000000000000000000000", "0")]
    [InlineData("1.0", Type)]
    [InlineData("1e3", Type)]
    [InlineData("-", Type)]
    [InlineData("+", Type)]
    [InlineData("1 ", Type)]
    [InlineData("--1", Type)]
    [InlineData("١", Type)]
    public void Integer_Default(string text, string expected) => Assert.Equal(expected, Cleaned.Cell("\"type\":\"integer\"", text));

    [Theory]
    [InlineData("1.50", "1.50")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("+5", "5")]
    [InlineData("-0.00", "0.00")]
    [InlineData("-0.01", "-0.01")]
    [InlineData("0012.5", "12.5")]
    [InlineData("1E+05", "1e5")]
    [InlineData("1.5e-003", "1.5e-3")]
    [InlineData("1e0", "1")]
    [InlineData("0.1234567890123456789012345", "0.1234567890123456789012345")]
    [InlineData("nan", "NaN")]
    [InlineData("-inf", "-INF")]
    [InlineData("INF", "INF")]
    [InlineData(".", Type)]
    [InlineData("1e", Type)]
    [InlineData("1e5x", Type)]
    [InlineData("1,5", Type)]
    [InlineData("1.2.3", Type)]
    [InlineData("0x10", Type)]
    public void Number_Default(string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell("\"type\":\"number\"", text));

    [Theory]
    [InlineData("1.234.567,89", "1234567.89")]
    [InlineData("12,5", "12.5")]
    [InlineData("12", "12")]
    [InlineData("1..2", Type)]
    [InlineData("1.", Type)]
    [InlineData(",5", "0.5")]
    public void Number_Continental(string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell("\"type\":\"number\",\"decimalChar\":\",\",\"groupChar\":\".\"", text));

    [Theory]
    [InlineData("$1,234.50", "1234.50")]
    [InlineData("95 %", "95")]
    [InlineData("EUR -3.5", "-3.5")]
    [InlineData("-3.5 EUR", "-3.5")]
    [InlineData("$.5", "0.5")]
    [InlineData("-$5", Type)]
    [InlineData("none", Type)]
    public void Number_NotBare(string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell("\"type\":\"number\",\"bareNumber\":false,\"groupChar\":\",\"", text));

    [Theory]
    [InlineData("true", "true")]
    [InlineData("TRUE", "true")]
    [InlineData("1", "true")]
    [InlineData("False", "false")]
    [InlineData("0", "false")]
    [InlineData("yes", Type)]
    public void Boolean_Default(string text, string expected) => Assert.Equal(expected, Cleaned.Cell("\"type\":\"boolean\"", text));

    [Theory]
    [InlineData("yes", "true")]
    [InlineData("no", "false")]
    [InlineData("true", Type)]
    public void Boolean_OwnValues(string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell("\"type\":\"boolean\",\"trueValues\":[\"yes\"],\"falseValues\":[\"no\"]", text));

    [Theory]
    [InlineData("default", "2024-02-29", "2024-02-29")]
    [InlineData("default", "2023-02-29", Type)]
    [InlineData("default", "2024-13-01", Type)]
    [InlineData("default", "2024-1-1", Type)]
    [InlineData("default", "0000-01-01", Type)]
    [InlineData("default", "2024-01-01T00:00:00", Type)]
    [InlineData("%d/%m/%Y", "29/02/2024", "2024-02-29")]
    [InlineData("%d/%m/%Y", "9/2/2024", "2024-02-09")]
    [InlineData("%d/%m/%Y", "31/04/2024", Type)]
    [InlineData("%d/%m/%Y", "2024-01-01", Type)]
    [InlineData("%d.%m.%y", "01.02.69", "1969-02-01")]
    [InlineData("%d.%m.%y", "01.02.68", "2068-02-01")]
    [InlineData("%d %b %Y", "5 mAr 2020", "2020-03-05")]
    [InlineData("%B %d, %Y", "December 31, 1999", "1999-12-31")]
    [InlineData("%Y%m%d", "20240229", "2024-02-29")]
    [InlineData("%Y-%j", "2024-060", "2024-02-29")]
    [InlineData("%Y-%j", "2023-366", Type)]
    [InlineData("%a %d %b %Y", "Mon 01 Jan 2024", "2024-01-01")]
    [InlineData("any", "2024/02/29", "2024-02-29")]
    [InlineData("any", "29.02.2024", "2024-02-29")]
    [InlineData("any", "Feb 29, 2024", "2024-02-29")]
    [InlineData("any", "03/04/2024", Type)]
    public void Date_Formats(string format, string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell($"\"type\":\"date\",\"format\":\"{format}\"", text));

    [Theory]
    [InlineData("default", "23:59:59", "23:59:59")]
    [InlineData("default", "23:59:59.500", "23:59:59.5")]
    [InlineData("default", "24:00:00", Type)]
    [InlineData("default", "23:59:60", Type)]
    [InlineData("default", "23:59", Type)]
    [InlineData("%H:%M", "7:05", "07:05:00")]
    [InlineData("%I:%M %p", "12:05 am", "00:05:00")]
    [InlineData("%I:%M %p", "12:05 PM", "12:05:00")]
    [InlineData("%I:%M %p", "13:05 PM", Type)]
    [InlineData("any", "7:05 pm", "19:05:00")]
    public void Time_Formats(string format, string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell($"\"type\":\"time\",\"format\":\"{format}\"", text));

    [Theory]
    [InlineData("default", "2024-02-29T12:30:00Z", "2024-02-29T12:30:00Z")]
    [InlineData("default", "2024-02-29T12:30:00", "2024-02-29T12:30:00")]
    [InlineData("default", "2024-02-29T12:30:00.1234567890Z", Type)]
    [InlineData("default", "2024-02-29T12:30:00.123456789Z", "2024-02-29T12:30:00.123456789Z")]
    [InlineData("default", "2024-02-29T12:30:00.120Z", "2024-02-29T12:30:00.12Z")]
    [InlineData("default", "2024-02-29T23:30:00-01:30", "2024-03-01T01:00:00Z")]
    [InlineData("default", "2024-02-29T12:30:00+0530", "2024-02-29T07:00:00Z")]
    [InlineData("default", "0001-01-01T00:00:00+01:00", Type)]
    [InlineData("default", "2024-02-29 12:30:00", Type)]
    [InlineData("default", "2024-02-29", Type)]
    [InlineData("%Y-%m-%d %H:%M:%S", "2024-02-29 12:30:00", "2024-02-29T12:30:00")]
    [InlineData("%d/%m/%Y %H:%M:%S.%f %z", "01/02/2024 12:30:00.25 +01:00", "2024-02-01T11:30:00.25Z")]
    [InlineData("any", "2024-02-29 12:30", "2024-02-29T12:30:00")]
    [InlineData("any", "29.02.2024 12:30:00 +0100", "2024-02-29T11:30:00Z")]
    public void DateTime_Formats(string format, string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell($"\"type\":\"datetime\",\"format\":\"{format}\"", text));

    [Theory]
    [InlineData("2024", "2024")]
    [InlineData("0044", "0044")]
    [InlineData("-0044", "-0044")]
    [InlineData("12024", "12024")]
    [InlineData("02024", Type)]
    [InlineData("0000", Type)]
    [InlineData("24", Type)]
    public void Year_Default(string text, string expected) => Assert.Equal(expected, Cleaned.Cell("\"type\":\"year\"", text));

    [Theory]
    [InlineData("email", "a.b+c@example.com", true)]
    [InlineData("email", "a@localhost", true)]
    [InlineData("email", "a@b@c", false)]
    [InlineData("email", "@example.com", false)]
    [InlineData("email", "a b@example.com", false)]
    [InlineData("email", "a@-example.com", false)]
    [InlineData("email", "a@example..com", false)]
    [InlineData("uri", "https://example.com/a?b=c", true)]
    [InlineData("uri", "urn:isbn:0451450523", true)]
    [InlineData("uri", "/etc/passwd", false)]
    [InlineData("uri", "example.com", false)]
    [InlineData("uri", "http://exa mple.com", false)]
    [InlineData("uuid", "123e4567-e89b-12d3-a456-426614174000", true)]
    [InlineData("uuid", "123e4567e89b12d3a456426614174000", false)]
    [InlineData("binary", "aGVsbG8=", true)]
    [InlineData("binary", "aGVsbG8", false)]
    public void String_Formats(string format, string text, bool valid) =>
        Assert.Equal(valid ? text : Type, Cleaned.Cell($"\"format\":\"{format}\"", text));

    [Theory]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"minimum\":-5,\"maximum\":5}", "-5", "-5")]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"minimum\":-5,\"maximum\":5}", "6", Constraint)]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"maximum\":\"100000000000000000000000\"}", "100000000000000000000000",
        "100000000000000000000000")]
    [InlineData("\"type\":\"integer\",\"constraints\":{\"maximum\":\"100000000000000000000000\"}", "100000000000000000000001", Constraint)]
    [InlineData("\"type\":\"number\",\"constraints\":{\"minimum\":0.1}", "0.10", "0.10")]
    [InlineData("\"type\":\"number\",\"constraints\":{\"minimum\":0.1}", "0.0999999999999999999999", Constraint)]
    [InlineData("\"type\":\"number\",\"constraints\":{\"minimum\":99999999999999999}", "0.999999999999999999", Constraint)]
    [InlineData("\"type\":\"number\",\"constraints\":{\"maximum\":-99999999999999999}", "-0.999999999999999999", Constraint)]
    [InlineData("\"type\":\"number\",\"constraints\":{\"maximum\":1000}", "1e3", "1e3")]
    [InlineData("\"type\":\"number\",\"constraints\":{\"maximum\":1000}", "1e999999999999", Constraint)]
    [InlineData("\"type\":\"number\",\"constraints\":{\"minimum\":-1000}", "-1e999999999999", Constraint)]
    [InlineData("\"type\":\"number\",\"constraints\":{\"maximum\":1000}", "1e-999999999999", "1e-999999999999")]
    [InlineData("\"type\":\"number\",\"constraints\":{\"maximum\":1000}", "NaN", Constraint)]
    [InlineData("\"type\":\"number\",\"constraints\":{\"enum\":[1.5,2]}", "1.50", "1.50")]
    [InlineData("\"type\":\"number\",\"constraints\":{\"enum\":[1.5,2]}", "1.51", Constraint)]
    [InlineData("\"type\":\"date\",\"format\":\"%d/%m/%Y\",\"constraints\":{\"minimum\":\"02/01/2024\"}", "01/02/2024", "2024-02-01")]
    [InlineData("\"type\":\"date\",\"format\":\"%d/%m/%Y\",\"constraints\":{\"minimum\":\"2024-01-02\"}", "01/01/2024", Constraint)]
    [InlineData("\"type\":\"datetime\",\"constraints\":{\"maximum\":\"2024-01-01T00:00:00Z\"}", "2024-01-01T01:00:00+01:00",
        "2024-01-01T00:00:00Z")]
    [InlineData("\"type\":\"datetime\",\"constraints\":{\"maximum\":\"2024-01-01T00:00:00Z\"}", "2024-01-01T00:00:00.1Z", Constraint)]
    [InlineData("\"type\":\"time\",\"constraints\":{\"minimum\":\"08:00:00\"}", "07:59:59", Constraint)]
    [InlineData("\"type\":\"year\",\"constraints\":{\"minimum\":1900,\"maximum\":2100}", "1899", Constraint)]
    [InlineData("\"constraints\":{\"minLength\":2,\"maxLength\":3}", "äöü", "äöü")]
    [InlineData("\"constraints\":{\"minLength\":2,\"maxLength\":3}", "äöüß", Constraint)]
    [InlineData("\"constraints\":{\"maxLength\":1}", "😀", "😀")]
    [InlineData("\"constraints\":{\"pattern\":\"a|b+\"}", "bb", "bb")]
    [InlineData("\"constraints\":{\"pattern\":\"a|b+\"}", "ab", Constraint)]
    [InlineData("\"constraints\":{\"pattern\":\"a|b+\"}", "b\n", Constraint)]
    [InlineData("\"constraints\":{\"enum\":[\"new\",\"paid\"]}", "paid", "paid")]
    [InlineData("\"constraints\":{\"enum\":[\"new\",\"paid\"]}", "Paid", Constraint)]
    [InlineData("\"x-clean\":[\"lower\"],\"constraints\":{\"enum\":[\"new\",\"paid\"]}", "Paid", "paid")]
    [InlineData("\"type\":\"boolean\",\"constraints\":{\"enum\":[true]}", "0", Constraint)]
    public void Constraints_Hold(string field, string text, string expected) => Assert.Equal(expected, Cleaned.Cell(field, text));

    [Theory]
    [InlineData("[\"trim\"]", " \t\u00A0a b\u2003", "a b")]
    [InlineData("[\"lower\"]", "ÄbC", "äbc")]
    [InlineData("[\"upper\"]", "äbC", "ÄBC")]
    [InlineData("[\"collapse-spaces\"]", "a  b\t\nc", "a b c")]
    [InlineData("[\"trim\",\"upper\",\"collapse-spaces\"]", "  é  x ", "É X")]
    [InlineData("[\"trim\"]", "   ", "")]
    [InlineData("[\"formula-safe\"]", "=1+1", "'=1+1")]
    [InlineData("[\"formula-safe\"]", "@x", "'@x")]
    [InlineData("[\"formula-safe\"]", "-12.5", "-12.5")]
    [InlineData("[\"formula-safe\"]", "+4", "+4")]
    [InlineData("[\"formula-safe\"]", "-1+cmd", "'-1+cmd")]
    [InlineData("[\"formula-safe\"]", "-Infinity", "'-Infinity")]
    [InlineData("[\"formula-safe\"]", "-1e5", "-1e5")]
    [InlineData("[\"formula-safe\"]", "-", "'-")]
    [InlineData("[\"formula-safe\"]", "+46 70-123 45 67", "'+46 70-123 45 67")]
    [InlineData("[\"formula-safe\"]", "\t=1", "'\t=1")]
    [InlineData("[\"formula-safe\"]", "\r=1", "\"'\r=1\"")]
    [InlineData("[\"formula-safe\"]", "\n=1", "\"'\n=1\"")]
    [InlineData("[\"formula-safe\"]", "＝1+1", "'＝1+1")]
    [InlineData("[\"formula-safe\"]", "－1", "'－1")]
    [InlineData("[\"formula-safe\"]", "ﬁne", "ﬁne")]
    [InlineData("[\"formula-safe\"]", "a=1", "a=1")]
    [InlineData("[\"trim\",\"formula-safe\"]", " =1+1", "'=1+1")]
    [InlineData("[\"formula-safe\",\"trim\"]", " =1+1", "'=1+1")]
    [InlineData("[\"trim\"]", "=1+1", "=1+1")]
    public void Clean_Steps(string steps, string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell($"\"x-clean\":{steps}", text));

    [Theory]
    [InlineData("NA", "")]
    [InlineData("", "")]
    [InlineData("na", Type)]
    public void MissingValues_AreEmpty(string text, string expected) =>
        Assert.Equal(expected, Cleaned.Cell("\"type\":\"integer\"", text, ",\"missingValues\":[\"\",\"NA\"]"));

    [Fact]
    public void MissingValues_None_AnEmptyIntegerIsAFault() =>
        Assert.Equal(Type, Cleaned.Cell("\"type\":\"integer\"", "", ",\"missingValues\":[]"));

    [Fact]
    public void Pattern_Hostile_EndsAtOnce() =>
        Assert.Equal(Constraint, Cleaned.Cell("\"constraints\":{\"pattern\":\"(a+)+b\"}", new string('a', 200_000)));
}
