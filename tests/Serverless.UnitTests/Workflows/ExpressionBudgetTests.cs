using System.Text.Json;
using Serverless.Tasks;
using Serverless.Workflows.References;

namespace Serverless.UnitTests.Workflows;

/// <summary>
/// Data that make single steps long: texts of millions of characters, numbers of a million digits, names as long. Without a charge for each
/// of these an expression would take hours, and the test with it.
/// </summary>
public sealed class ExpressionBudgetTests
{
    private const int Long = 1_000_000;

    private static readonly JsonElement Input = JsonSerializer.SerializeToElement(new Dictionary<string, object>
    {
        ["list"] = Enumerable.Range(0, 50_000),
        ["t"] = new string('a', Long),
        ["u"] = new string('a', Long) + "b",
        ["ab"] = string.Concat(Enumerable.Repeat("ab", Long / 2)),
        ["part"] = string.Concat(Enumerable.Repeat("ab", Long / 4)) + "ba",
        ["n"] = JsonSerializer.Deserialize<JsonElement>("1" + new string('0', 300) + "." + new string('1', Long)),
        ["o"] = new Dictionary<string, int> { [new string('o', Long)] = 1 },
        ["texts"] = Enumerable.Range(0, 40).Select(i => new string('a', Long / 20) + i),
    });

    public static TheoryData<string> Expressions =>
    [
        "let $t = $.input.t in $.input.list[?starts_with($t, $t)]",
        "let $t = $.input.t in $.input.list[?ends_with($t, $t)]",
        "let $t = $.input.t, $u = $.input.u in $.input.list[?$t <= $u]",
        "let $t = $.input.t, $u = $.input.u in $.input.list[?$t == $u]",
        "let $t = $.input.t in map(&to_number($t), $.input.list)",
        "let $n = $.input.n in map(&($n + `1`), $.input.list)",
        "let $n = $.input.n in map(&floor($n), $.input.list)",
        "let $n = $.input.n in $.input.list[?$n > `1`]",
        "let $n = $.input.n in $.input.list[?$n == `1`]",
        "let $n = $.input.n in map(&sum([$n]), $.input.list)",
        "let $o = $.input.o in map(&keys($o), $.input.list)",
        "let $o = $.input.o in map(&merge($o), $.input.list)",
        "let $t = $.input.t in group_by($.input.list, &$t)",
        "let $t = $.input.t in map(&from_items([[$t, `1`]]), $.input.list)",
        "let $d = from_items([[$.input.t, `1`]]) in map(&merge($d), $.input.list)",
        "let $l = $.input.texts in map(&sort($l), $.input.list)",
        "let $l = $.input.texts in map(&max($l), $.input.list)",
        "let $t = $.input.t in sort_by($.input.list, &$t)",
        "trim($.input.t, $.input.ab)",
        "trim_right($.input.t, $.input.u)",
        "contains($.input.ab, $.input.part)",
        "find_first($.input.ab, $.input.part)",
        "find_last($.input.ab, $.input.part)",
        "replace($.input.ab, $.input.part, 'x')",
        "split($.input.ab, $.input.part)",
    ];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Evaluate_LongSteps_StopWithinTheirBudget(string expression)
    {
        var data = new RunData(new Dictionary<string, JsonElement> { ["input"] = Input });

        var e = Assert.Throws<TaskValidationException>(() => data.Evaluate(expression));

        Assert.EndsWith("It takes too many steps; filter the data first, or use a task.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("contains($.input.t, 'error: no such file')", "false")]
    [InlineData("find_last($.input.u, 'ab')", "999999")]
    [InlineData("length(split($.input.ab, 'b'))", "500001")]
    [InlineData("length(trim($.input.u, 'b'))", "1000000")]
    [InlineData("$.input.t < $.input.u", "true")]
    [InlineData("$.input.n > `1`", "true")]
    [InlineData("length(sort($.input.texts))", "40")]
    [InlineData("keys($.input.o) | length([0])", "1000000")]
    public void Evaluate_LongDataOnce_IsWithinTheBudget(string expression, string expected) =>
        Assert.Equal(expected, new RunData(new Dictionary<string, JsonElement> { ["input"] = Input }).Evaluate(expression).GetRawText());
}
