using Serverless.Local.CommandLine;

namespace Serverless.UnitTests.Local;

public sealed class ArgumentsTests
{
    private static readonly CommandSyntax Syntax = new("clean", "Cleans.", ["FILE", "[MORE]"],
    [
        new("--size", "N", "A number."),
        new("--share", "R", "A ratio."),
        new("--form", "F", "A choice."),
        new("--json", null, "A switch."),
        new("--slow", "[N]", "A number that may be left out."),
    ]);

    [Fact]
    public void Arguments_AllForms_AreRead()
    {
        var arguments = new Arguments(Syntax, ["a.csv", "--size", "-3", "--share=0.5", "--form", "csv", "--json", "--", "--size"]);

        Assert.Equal("a.csv", arguments.GetPositional(0));
        Assert.Equal("--size", arguments.GetPositional(1));
        Assert.Equal(-3, arguments.GetInteger("--size", -10, 10));
        Assert.Equal(0.5, arguments.GetRatio("--share"));
        Assert.Equal("csv", arguments.GetChoice("--form", "csv", "jsonl"));
        Assert.True(arguments.Has("--json"));
        arguments.Check();
    }

    [Theory]
    [InlineData(null, "a.csv", "--slow")]
    [InlineData(null, "--slow", "--json", "a.csv")]
    [InlineData(7, "a.csv", "--slow", "7")]
    [InlineData(7, "--slow=7", "a.csv")]
    public void Arguments_ValueThatMayBeLeftOut_IsGivenEitherWay(int? expected, params string[] given)
    {
        var arguments = new Arguments(Syntax, given);

        Assert.True(arguments.Has("--slow"));
        Assert.Equal(expected, arguments.GetInteger("--slow", 1, 10));
        arguments.Check();
    }

    [Fact]
    public void Arguments_NothingOptionalGiven_AreNull()
    {
        var arguments = new Arguments(Syntax, ["a.csv"]);

        Assert.Null(arguments.GetPositional(1));
        Assert.Null(arguments.GetInteger("--size", 0, 1));
        Assert.Null(arguments.GetRatio("--share"));
        Assert.Null(arguments.GetChoice("--form", "csv"));
        Assert.False(arguments.Has("--json"));
    }

    [Theory]
    [InlineData("There is no option --colour.", "a.csv", "--colour", "red")]
    [InlineData("--size needs a value: N.", "a.csv", "--size")]
    [InlineData("--size needs a value: N.", "a.csv", "--size", "--json")]
    [InlineData("--json takes no value.", "a.csv", "--json=yes")]
    [InlineData("--json is given twice.", "a.csv", "--json", "--json")]
    [InlineData("FILE is missing.")]
    [InlineData("'c' is one argument too many.", "a", "b", "c")]
    [InlineData("--size must be a whole number from 1 to 9, not '10'.", "a.csv", "--size", "10")]
    [InlineData("--size must be a whole number from 1 to 9, not 'x'.", "a.csv", "--size", "x")]
    [InlineData("--share must be a number from 0 to 1, not '1.5'.", "a.csv", "--share", "1.5")]
    [InlineData("--share must be a number from 0 to 1, not '0,5'.", "a.csv", "--share", "0,5")]
    [InlineData("--form must be one of csv, jsonl, not 'xml'.", "a.csv", "--form", "xml")]
    public void Check_Fault_IsNamed(string fault, params string[] given)
    {
        var arguments = new Arguments(Syntax, given);
        ReadAll(arguments);

        Assert.Contains(fault, Assert.Throws<UsageException>(arguments.Check).Faults);
    }

    [Fact]
    public void Check_SeveralFaults_AreAllNamed()
    {
        var arguments = new Arguments(Syntax, ["--size", "0", "--share", "2", "--colour"]);
        ReadAll(arguments);

        Assert.Equal(4, Assert.Throws<UsageException>(arguments.Check).Faults.Count);
    }

    [Fact]
    public void Usage_EveryOption_IsShown() =>
        Assert.Equal(
            "serverless clean FILE [MORE] [--size N] [--share R] [--form F] [--json] [--slow [N]]", Syntax.FormatUsage("serverless"));

    private static void ReadAll(Arguments arguments)
    {
        arguments.GetInteger("--size", 1, 9);
        arguments.GetRatio("--share");
        arguments.GetChoice("--form", "csv", "jsonl");
    }
}
