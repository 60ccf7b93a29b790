using System.Text.Json.Nodes;
using Serverless.Local.Jobs.Packages;

namespace Serverless.UnitTests.Local;

public sealed class PackageDialectTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("""{"delimiter":"\t","quoteChar":"'","escapeChar":"\\","doubleQuote":false,"skipInitialSpace":true}""",
        """{"delimiter":"\t","quote":"'","escape":"\\","doubleQuote":false,"skipInitialSpace":true}""")]
    [InlineData("""{"quoteChar":"","nullSequence":"\\N","lineTerminator":"\r\n","csvddfVersion":1.2,"caseSensitiveHeader":false}""",
        """{"quote":"none","nullValues":["\\N"]}""")]
    [InlineData("""{"header":false}""", """{"header":false}""")]
    [InlineData("""{"headerRows":[1,2],"headerJoin":"-"}""", """{"headerJoin":"-","skipRows":0,"header":2}""")]
    [InlineData("""{"headerRows":[3]}""", """{"skipRows":2,"header":1}""")]
    [InlineData("""{"headerRows":[]}""", """{"header":false,"skipRows":0}""")]
    [InlineData("""{"commentRows":[1,2]}""", """{"skipRows":2}""")]
    [InlineData("""{"commentChar":"#"}""", """{"comment":"#"}""")]
    public void Read_Dialect_IsOptions(string dialect, string options)
    {
        var actual = new JsonObject();

        PackageDialect.Read(JsonNode.Parse(dialect)!.AsObject(), actual, fault => Assert.Fail(fault));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(options), actual), actual.ToJsonString());
    }

    [Theory]
    [InlineData("""{"delimeter":";"}""", "delimeter")]
    [InlineData("""{"lineTerminator":"|"}""", "lineTerminator")]
    [InlineData("""{"header":"yes"}""", "header")]
    [InlineData("""{"headerRows":[1,3]}""", "headerRows")]
    [InlineData("""{"headerRows":2}""", "headerRows")]
    [InlineData("""{"headerRows":[1],"commentRows":[5]}""", "commentRows")]
    [InlineData("""{"sheetNumber":2}""", "sheetNumber")]
    public void Read_WhatIsNotSupported_IsRefusedByName(string dialect, string name)
    {
        var faults = new List<string>();

        PackageDialect.Read(JsonNode.Parse(dialect)!.AsObject(), [], faults.Add);

        Assert.Contains(name, Assert.Single(faults), StringComparison.Ordinal);
    }
}
