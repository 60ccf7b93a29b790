using Serverless.Csv.Schema;
using Serverless.CsvParsing;

namespace Serverless.UnitTests.Csv.Schema;

public sealed class HeaderMatcherTests
{
    private static readonly TableSchema Schema = new([new("a"), new("b"), new("c")]);

    [Theory]
    [InlineData("a,b,c", "")]
    [InlineData("a,b", "3 missing-label")]
    [InlineData("a", "2 missing-label,3 missing-label")]
    [InlineData("a,b,c,d", "4 extra-label")]
    [InlineData("a,,c", "2 blank-label")]
    [InlineData("a,x,c", "2 incorrect-label")]
    [InlineData("a,A,c", "2 incorrect-label")]
    [InlineData("a,a,c", "2 duplicate-label")]
    [InlineData("b,a,c,c", "1 incorrect-label,2 incorrect-label,4 extra-label")]
    public void Match_Labels_EveryDifferenceIsAFault(string header, string faults) =>
        Assert.Equal(faults, string.Join(',', HeaderMatcher.Match(Schema, header.Split(',')).Select(f => $"{f.Position} {f.Code}")));

    [Theory]
    [InlineData("a,b", "a,b")]
    [InlineData("a,,b", "a,field2,b")]
    [InlineData("a,a,a", "a,a_2,a_3")]
    [InlineData("a,a,a_2", "a,a_3,a_2")]
    [InlineData("field2,,x", "field2,field2_2,x")]
    [InlineData(" a , a", "a,a_2")]
    public void Names_WithoutSchema_AreUniqueAndNotBlank(string header, string names) =>
        Assert.Equal(names, string.Join(',', ColumnNames.Of(header.Split(','))));

    [Fact]
    public void Names_WithoutHeader_AreNumbered() => Assert.Equal(["field1", "field2"], ColumnNames.Of(2));
}
