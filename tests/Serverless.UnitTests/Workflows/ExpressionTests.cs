using System.Text.Json;
using Serverless.Tasks;
using Serverless.Workflows.References;

namespace Serverless.UnitTests.Workflows;

/// <summary>Expressions' results, and their limits.</summary>
public sealed class ExpressionTests
{
    private const int SmallStack = 256 * 1024;

    private static readonly string Sample =
        """
        {"a":1,"b":{"c":"x","d":[1,2,3,4,5]},"people":[{"name":"Bob","age":20,"tags":["x","y"]},{"name":"ada","age":36,"tags":[]},{"name":"Cyd","age":20},{"name":null}],
         "nested":[[1,[2]],[3],4],"text":"a,b,,c","e":"héllo😀","empty":{},"none":[],"big":12345678901234567890,"dash-ed":true,"ops":{"x":{"n":1},"y":{"n":2},"z":5}}
        """;

    [Theory]
    [InlineData("$.input.b.c", "\"x\"")]
    [InlineData("$.input.b.d[0]", "1")]
    [InlineData("$.input.b.d[-1]", "5")]
    [InlineData("$.input.b.d[9]", "null")]
    [InlineData("$.input.b.d[1:3]", "[2,3]")]
    [InlineData("$.input.b.d[::-2]", "[5,3,1]")]
    [InlineData("$.input.b.d[-2:]", "[4,5]")]
    [InlineData("$.input.b.d[10:-10:-1]", "[5,4,3,2,1]")]
    [InlineData("$.input.e[-1:]", "\"😀\"")]
    [InlineData("$.input.people[*].name", "[\"Bob\",\"ada\",\"Cyd\"]")]
    [InlineData("$.input.people[?age == `20`].name", "[\"Bob\",\"Cyd\"]")]
    [InlineData("$.input.people[?age > `20` && name == 'ada'] | [0].age", "36")]
    [InlineData("$.input.people[?!tags].name", "[\"ada\",\"Cyd\"]")]
    [InlineData("$.input.people[].tags[]", "[\"x\",\"y\"]")]
    [InlineData("$.input.people[*].tags[0]", "[\"x\"]")]
    [InlineData("$.input.nested[]", "[1,[2],3,4]")]
    [InlineData("$.input.nested[][]", "[1,2,3,4]")]
    [InlineData("$.input.ops.*.n", "[1,2]")]
    [InlineData("$.input.ops.* | [0]", "{\"n\":1}")]
    [InlineData("$.input.\"dash-ed\"", "true")]
    [InlineData("$.input.[a, b.c]", "[1,\"x\"]")]
    [InlineData("$.input.{x: a, y: b.d[0]}", "{\"x\":1,\"y\":1}")]
    [InlineData("$.input.people[*].[name, age]", "[[\"Bob\",20],[\"ada\",36],[\"Cyd\",20],[null,null]]")]
    [InlineData("$.input.zzz || $.input.a", "1")]
    [InlineData("$.input.a && $.input.none", "[]")]
    [InlineData("!$.input.empty", "true")]
    [InlineData("$.input.a == `1.0`", "true")]
    [InlineData("$.input.big == `12345678901234567890`", "true")]
    [InlineData("$.input.big", "12345678901234567890")]
    [InlineData("$.input.b == `{\"d\":[1,2,3,4,5],\"c\":\"x\"}`", "true")]
    [InlineData("$.input.b.c < 'y'", "true")]
    [InlineData("$.input.b < `1`", "null")]
    [InlineData("$.input.a + `2`", "3")]
    [InlineData("`7` / `2`", "3.5")]
    [InlineData("`7` // `2`", "3")]
    [InlineData("-$.input.a", "-1")]
    [InlineData("abs(`-3`)", "3")]
    [InlineData("avg($.input.b.d)", "3")]
    [InlineData("avg($.input.none)", "null")]
    [InlineData("ceil(`1.2`)", "2")]
    [InlineData("floor(`-1.2`)", "-2")]
    [InlineData("contains($.input.text, ',,')", "true")]
    [InlineData("contains($.input.b.d, `3`)", "true")]
    [InlineData("starts_with($.input.text, 'a')", "true")]
    [InlineData("ends_with($.input.text, 'a')", "false")]
    [InlineData("find_first($.input.text, ',')", "1")]
    [InlineData("find_last($.input.text, ',')", "4")]
    [InlineData("find_first($.input.text, 'q')", "null")]
    [InlineData("from_items(items($.input.b)).c", "\"x\"")]
    [InlineData("group_by($.input.people[?name], &name).ada[0].age", "36")]
    [InlineData("join('-', ['a', 'b'])", "\"a-b\"")]
    [InlineData("keys($.input.b)", "[\"c\",\"d\"]")]
    [InlineData("values($.input.ops)[2]", "5")]
    [InlineData("length($.input.e)", "6")]
    [InlineData("length($.input.people)", "4")]
    [InlineData("length($.input.b)", "2")]
    [InlineData("map(&age, $.input.people)", "[20,36,20,null]")]
    [InlineData("max($.input.b.d)", "5")]
    [InlineData("min(['b', 'a'])", "\"a\"")]
    [InlineData("max_by($.input.people[?age], &age).name", "\"ada\"")]
    [InlineData("min_by($.input.people[?age], &age).name", "\"Bob\"")]
    [InlineData("merge($.input.ops, {z: 'n'}).z", "\"n\"")]
    [InlineData("not_null($.input.zzz, $.input.a)", "1")]
    [InlineData("pad_left('7', `3`, '0')", "\"007\"")]
    [InlineData("pad_right('7', `3`)", "\"7  \"")]
    [InlineData("replace('aaa', 'a', 'b', `2`)", "\"bba\"")]
    [InlineData("reverse($.input.b.d)", "[5,4,3,2,1]")]
    [InlineData("reverse('ab😀')", "\"😀ba\"")]
    [InlineData("sort(['b', 'a'])", "[\"a\",\"b\"]")]
    [InlineData("sort_by($.input.people[?age], &age)[*].name", "[\"Bob\",\"Cyd\",\"ada\"]")]
    [InlineData("split($.input.text, ',')", "[\"a\",\"b\",\"\",\"c\"]")]
    [InlineData("split($.input.text, ',', `1`)", "[\"a\",\"b,,c\"]")]
    [InlineData("sum($.input.b.d)", "15")]
    [InlineData("sum($.input.none)", "0")]
    [InlineData("to_array(`1`)", "[1]")]
    [InlineData("to_number('1.5')", "1.5")]
    [InlineData("to_number('x')", "null")]
    [InlineData("to_string($.input.b)", "\"{\\u0022c\\u0022:\\u0022x\\u0022,\\u0022d\\u0022:[1,2,3,4,5]}\"")]
    [InlineData("trim('  a ')", "\"a\"")]
    [InlineData("trim_left('xxa', 'x')", "\"a\"")]
    [InlineData("type($.input.none)", "\"array\"")]
    [InlineData("upper('aé')", "\"AÉ\"")]
    [InlineData("zip($.input.b.d, ['a', 'b'])", "[[1,\"a\"],[2,\"b\"]]")]
    [InlineData("let $n = $.input.a in $.input.b.d[?@ > $n]", "[2,3,4,5]")]
    public void Evaluate_Expression_IsAsJmesPathHasIt(string expression, string expected)
    {
        var actual = Data().Evaluate(expression);

        Assert.True(JsonElement.DeepEquals(Json(expected), actual), actual.GetRawText());
    }

    public static TheoryData<string, string> TooLarge => new()
    {
        { "not", "$.input.a == " + new string('!', 100_000) + "$.input.a" },
        { "path", "$.input" + string.Concat(Enumerable.Repeat(".a", 10_000)) },
        { "brackets", "$.input" + string.Concat(Enumerable.Repeat("[0]", 1_300)) },
        { "parens", new string('(', 1_900) + "$.input" + new string(')', 1_900) },
        { "lists", new string('[', 1_900) + "$.input" + new string(']', 1_900) },
        { "hashes", string.Concat(Enumerable.Repeat("{a:", 900)) + "$.input" + new string('}', 900) },
        { "filters", "$.input" + string.Concat(Enumerable.Repeat("[?a", 900)) + new string(']', 900) },
        { "functions", string.Concat(Enumerable.Repeat("abs(", 800)) + "$.input" + new string(')', 700) },
        { "pipes", "$.input" + string.Concat(Enumerable.Repeat("|a", 1_500)) },
        { "or", "$.input" + string.Concat(Enumerable.Repeat("||a", 1_000)) },
        { "minus", "$.input.a + " + new string('-', 3_000) + "$.input.a" },
        { "expressions", "map(" + new string('&', 3_000) + "a, $.input)" },
        { "long", "$.input.a == '" + new string('x', 5_000) + "'" },
        { "let", string.Concat(Enumerable.Repeat("let $a = $.input in ", 190)) + "$a" },
        { "literal", "$.input.a == `" + new string('[', 3_000) + new string(']', 900) + "`" },
    };

    [Theory]
    [MemberData(nameof(TooLarge))]
    public void TryParse_TooLargeOrDeep_IsRefusedOnASmallStack(string what, string expression) => OnSmallStack(() =>
    {
        Assert.False(RunExpression.TryParse(expression, out _, out var fault), what);
        Assert.True(fault.Length < 500 && !fault.Contains("System.", StringComparison.Ordinal), fault);
        Assert.Throws<TaskValidationException>(() => Data().Evaluate(expression));
    });

    public static TheoryData<string> AtTheLimit =>
    [
        "$.input.a == " + new string('!', 490) + "$.input.a",
        "$.input" + string.Concat(Enumerable.Repeat(".a", 490)),
        new string('[', 240) + "$.input.a" + new string(']', 240),
        new string('(', 240) + "$.input.a" + new string(')', 240),
        "$.input" + string.Concat(Enumerable.Repeat("[?a", 160)) + new string(']', 160),
        "$.input.a" + string.Concat(Enumerable.Repeat("|[@]", 120)),
        "$.input.a" + string.Concat(Enumerable.Repeat("||a", 160)),
    ];

    [Theory]
    [MemberData(nameof(AtTheLimit))]
    public void Evaluate_AtTheLimit_NeedsLittleStack(string expression) => OnSmallStack(() =>
    {
        Assert.True(RunExpression.TryParse(expression, out _, out var fault), fault);
        try
        {
            Data().Evaluate(expression);
        }
        catch (TaskValidationException)
        {
            // What it gives may be nested too deep.
        }
    });

    public static TheoryData<string> Blowups =>
    [
        "$.input.list" + string.Concat(Enumerable.Repeat(" | [@, @]", 40)),
        "$.input.list" + string.Concat(Enumerable.Repeat(" | {a: @, b: @}", 40)),
        "$.input.list" + string.Concat(Enumerable.Repeat(" | [@, @][]", 40)),
        "'x'" + string.Concat(Enumerable.Repeat(" | join('', [@, @])", 40)),
        "'xx'" + string.Concat(Enumerable.Repeat(" | replace(@, 'x', 'xxxxxxxx')", 20)),
        "to_string($.input.list)" + string.Concat(Enumerable.Repeat(" | to_string([@, @])", 40)),
        "pad_left('', `2000000000`)",
        "pad_right('', `2000000000`)",
        "[" + string.Join(", ", Enumerable.Repeat("pad_left('', `3000000`)", 100)) + "]",
        "join(pad_left('', `100000`), map(&'x', $.input.list))",
        "replace(pad_left('', `100000`), ' ', pad_left('', `100000`))",
        "$.input.list[?length($.input.list[?@ > `1`]) > `0`]",
        "$.input.list[?contains($.input.list, @)]",
        "map(&map(&map(&@, $.input.list), $.input.list), $.input.list)",
        "$.input.list[*].[$.input.list[*].[$.input.list]]",
        "sort_by($.input.list, &length($.input.list[?@ > `1`]))",
        "$.input.list[?($.input.list | [@, @] | [@, @] | [@, @]) == ($.input.list | [@, @] | [@, @] | [@, @])]",
        "zip(" + string.Join(", ", Enumerable.Repeat("$.input.list", 100)) + ")",
        "split(pad_left('', `4000000`), '')",
    ];

    [Theory]
    [MemberData(nameof(Blowups))]
    public void Evaluate_ThatBlowsUp_StopsWithinItsBudget(string expression)
    {
        var data = new RunData(
            new Dictionary<string,
                JsonElement>
            { ["input"] = JsonSerializer.SerializeToElement(new { list = Enumerable.Range(0, 50_000) }) });
        var before = GC.GetAllocatedBytesForCurrentThread();

        var e = Assert.Throws<TaskValidationException>(() => data.Evaluate(expression));

        Assert.True(
            e.Message.EndsWith("It takes too many steps; filter the data first, or use a task.", StringComparison.Ordinal)
                || e.Message.Contains("nested more than", StringComparison.Ordinal), e.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2L << 30);
        Assert.Throws<TaskValidationException>(() => data.IsTrue($"to_string({expression}) == 'x'"));
    }

    [Fact]
    public void Resolve_ManyReferencesToALargeValue_StopsWithinItsBudget()
    {
        var data = new RunData(
            new Dictionary<string, JsonElement> { ["input"] = JsonSerializer.SerializeToElement(new string('x', 10_000_000)) });

        Assert.Throws<TaskValidationException>(() => data.Resolve(JsonSerializer.SerializeToElement(Enumerable.Repeat("$.input", 100))));
    }

    [Fact]
    public void Evaluate_ALargeArrayOnce_IsWithinTheBudget()
    {
        var data = new RunData(
            new Dictionary<string,
                JsonElement>
            {
                ["input"] = JsonSerializer.SerializeToElement(
                    new { list = Enumerable.Range(0, 200_000).Select(n => new { n, s = "x" }) })
            });

        Assert.Equal(100_000, data.Evaluate("length($.input.list[?n >= `100000` && s == 'x'])").GetInt32());
    }

    [Theory]
    [InlineData("nosuch(@) == $.input", "There is no function nosuch. There are: abs, avg,")]
    [InlineData("abs($.input, $.input)", "The function abs takes 1 arguments, not 2.")]
    [InlineData("$.input.list[::0]", "step must not be 0")]
    [InlineData("( $ ).input.a", "Write $.input in one piece")]
    [InlineData("$.steps.\"a\" && $.input.b", "Write $.steps.a in one piece")]
    [InlineData("$.input == `{`", "Is no JMESPath expression")]
    public void TryParse_Faulty_SaysWhyWithoutInternals(string expression, string expected)
    {
        Assert.False(RunExpression.TryParse(expression, out _, out var fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abs('x')", "The function abs takes a number as its argument 1, not string.")]
    [InlineData("sort(['a', `1`])", "needs only numbers, or only texts")]
    [InlineData("`1` / `0`", "gives no number")]
    [InlineData("map('x', $.input.b.d)", "an expression such as &name")]
    [InlineData("$x", "There is no variable $x")]
    public void Evaluate_WrongType_SaysWhat(string expression, string expected) =>
        Assert.Contains(
            expected, Assert.Throws<TaskValidationException>(() => Data().Evaluate(expression)).Message, StringComparison.Ordinal);

    private static RunData Data() => new(new Dictionary<string, JsonElement> { ["input"] = Json(Sample) });

    private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static void OnSmallStack(Action act)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(act), SmallStack);
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException(failure.Message, failure);
    }
}
