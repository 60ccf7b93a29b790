using System.Text.Json.Nodes;
using Serverless.Local.CommandLine;

namespace Serverless.UnitTests.Local;

public sealed class DialectSwitchesTests
{
    private static readonly CommandSyntax Syntax = new("process", "Cleans.", ["FILE"], DialectSwitches.All);

    /// <summary>The command line can say all of a dialect that a request can.</summary>
    [Theory]
    [InlineData("""{"delimiter":"||"}""", "--delimiter", "||")]
    [InlineData("""{"delimiter":"\\x01"}""", "--delimiter", @"\x01")]
    [InlineData("""{"quote":"none"}""", "--quote", "none")]
    [InlineData("""{"escape":"\\"}""", "--escape", @"\")]
    [InlineData("""{"comment":"//"}""", "--comment", "//")]
    [InlineData("""{"encoding":"shift_jis"}""", "--encoding", "shift_jis")]
    [InlineData("""{"skipRows":3}""", "--skip-rows", "3")]
    [InlineData("""{"header":true}""", "--header", "true")]
    [InlineData("""{"header":false}""", "--header", "false")]
    [InlineData("""{"header":2}""", "--header", "2")]
    [InlineData("""{"header":"two"}""", "--header", "two")]
    [InlineData("""{"doubleQuote":true}""", "--double-quote")]
    [InlineData("""{"doubleQuote":false}""", "--no-double-quote")]
    [InlineData("""{"nullValues":["NULL","\\N",""]}""", "--null-values", @"NULL,\N,")]
    [InlineData("{}")]
    public void Read_Option_IsThatOfARequest(string expected, params string[] given)
    {
        var (arguments, options) = (new Arguments(Syntax, ["a.csv", .. given]), new JsonObject());

        DialectSwitches.Read(arguments, options);

        arguments.Check();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), options), options.ToJsonString());
    }
}
