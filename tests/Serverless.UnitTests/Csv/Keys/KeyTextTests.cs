using System.Text;
using Serverless.Csv.Keys;
using Serverless.Csv.Output;
using Serverless.Csv.Values;

namespace Serverless.UnitTests.Csv.Keys;

public sealed class KeyTextTests
{
    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1.50", "1.5")]
    [InlineData("15e-1", "1.5")]
    [InlineData("0.015e2", "1.5")]
    [InlineData("1000", "1e3")]
    [InlineData("-1000.00", "-1e3")]
    [InlineData("0", "0.000")]
    [InlineData("0", "-0.0")]
    [InlineData("0e5", "0")]
    [InlineData("100000000000000000000000000000000000000000.10", "100000000000000000000000000000000000000000.1")]
    [InlineData("NaN", "NaN")]
    public void Append_EqualNumbers_EqualBytes(string left, string right) =>
        Assert.Equal(Key(FieldType.Number, left), Key(FieldType.Number, right));

    [Theory]
    [InlineData("1", "10")]
    [InlineData("1", "-1")]
    [InlineData("1", "0.1")]
    [InlineData("1.5", "15")]
    [InlineData("101", "11")]
    [InlineData("0", "1")]
    [InlineData("INF", "-INF")]
    [InlineData("100000000000000000000000000000000000000000.1", "100000000000000000000000000000000000000000.2")]
    [InlineData("1e99999999999999999999999", "1e99999999999999999999998")]
    public void Append_OtherNumbers_OtherBytes(string left, string right) =>
        Assert.NotEqual(Key(FieldType.Number, left), Key(FieldType.Number, right));

    [Fact]
    public void Append_SeveralValues_AreKeptApart() =>
        Assert.NotEqual(Key(FieldType.String, "ab", "c"), Key(FieldType.String, "a", "bc"));

    [Fact]
    public void Append_Texts_AreTakenAsTheyAre() => Assert.NotEqual(Key(FieldType.String, "1.0"), Key(FieldType.String, "1"));

    private static byte[] Key(FieldType type, params string[] values)
    {
        var key = new PendingBuffer(4);
        foreach (var (i, value) in values.Index())
            KeyText.Append(key, type, Encoding.UTF8.GetBytes(value), isLast: i == values.Length - 1);
        return key.Span.ToArray();
    }
}
