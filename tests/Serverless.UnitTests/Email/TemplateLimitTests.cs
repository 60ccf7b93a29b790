using Serverless.Email.Templates;

namespace Serverless.UnitTests.Email;

/// <summary>The limits of a template, on memory too: what the whole process takes is counted, so no other test runs beside.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Collection(Name)]
public sealed class TemplateLimitTests
{
    private const string Name = "Memory";
    private const long MaxBytes = 1L << 30;

    [Theory]
    [InlineData("{% for i in (1..3) %}{{ i }}{% endfor %}", "123")]
    [InlineData("{% for i in (a..c) reversed %}{{ i }},{% endfor %}", "3,2,1,")]
    [InlineData("{% for i in (1..9) limit: 2 offset: 3 %}{{ i }}{% endfor %}", "45")]
    [InlineData("{% for i in (3..1) %}{{ i }}{% endfor %}", "")]
    [InlineData("{% capture x %}<b>{{ a }}</b>{% endcapture %}{{ x }}{{ x | size }}", "<b>1</b>8")]
    [InlineData("{% for p in list %}{% capture x %}{{ p }}{% if p == 'b' %}{% break %}{% endif %}{% endcapture %}{{ x }}{% endfor %}", "a")]
    [InlineData("{{ list | join: ', ' | append: '!' | upcase | replace: 'A', 'x' }}", "x, B, C!")]
    [InlineData("{{ '2026-01-31' | date: '%d.%m.%Y' }}", "31.01.2026")]
    [InlineData("{{ 1769860800 | date: '%Y' }}", "2026")]
    [InlineData("{% raw %}{{ a }}{% if %}{% endraw %}{% comment %}{% if %}{{ ' }}{% endcomment %}", "{{ a }}{% if %}")]
    [InlineData("{% if a == 1 and c == 3 %}{% case a %}{% when 1, 2 %}one{% endcase %}{% endif %}", "one")]
    [InlineData("{%- assign t = '%}' -%} {{ t }}", "%}")]
    [InlineData("{% tablerow i in (1..2) %}{{ i }}{% endtablerow %}", null)]
    public async Task Render_OfModestSize_IsAsLiquidHasIt(string html, string? expected)
    {
        var text = (await RenderAsync(html)).Html;

        if (expected is not null) Assert.Equal(expected, text);
    }

    public static TheoryData<string, string> Nested => new()
    {
        { "if", Repeat("{% if a %}", 20_000) + Repeat("{% endif %}", 20_000) },
        { "if below the tag limit", Repeat("{% if a %}", 900) + Repeat("{% endif %}", 900) },
        { "if without end", Repeat("{% if a %}", 1_900) },
        { "for", Repeat("{%- for i in list -%}", 60) + Repeat("{% endfor %}", 60) },
        { "mixed", Repeat("{% unless b %}{% case a %}{% when 1 %}{% capture x %}", 30) },
        { "indexers", "{{ a" + Repeat("[a", 20_000) + Repeat("]", 20_000) + " }}" },
        { "indexers without end", "{{ a" + Repeat("[a", 20_000) },
        { "filters", "{{ a " + Repeat("|upcase", 20_000) + " }}" },
        { "and", "{% if a" + Repeat(" and a", 20_000) + " %}x{% endif %}" },
        { "ranges", "{% for i in " + Repeat("(1..", 5_000) + " %}{% endfor %}" },
        { "behind a quote", "{% assign a = '%}'" + Repeat("|upcase", 20_000) + " %}" },
        { "behind a comment", "{% # ' %}" + Repeat("{% if a %}", 1_000) + "'" },
        { "behind a raw", "{% raw %}{% endraw %}" + Repeat("{% if a %}", 1_000) },
        { "outputs", Repeat("{{ a }}", 20_000) },
        { "long", new string('x', 2_000_000) },
        { "ifchanged", "{% ifchanged %}x{% endifchanged %}" },
    };

    [Theory]
    [MemberData(nameof(Nested))]
    public void Compile_TooLargeOrDeep_IsRefused(string what, string html)
    {
        var e = Assert.Throws<TemplateException>(() => Compile(html));

        Assert.True(e.Message.StartsWith("The HTML part ", StringComparison.Ordinal) && e.Message.Length < 500, $"{what}: {e.Message}");
        Assert.DoesNotContain("System.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for i in (1..2000000000) %}{{ i }}{% endfor %}")]
    [InlineData("{% for i in (1..2000000000) %}{% endfor %}")]
    [InlineData("{% assign r = (1..2000000000) %}{{ r | size }}")]
    [InlineData("{% for i in (a..huge) %}x{% endfor %}")]
    [InlineData("{% for i in (1..99999999999999) %}x{% endfor %}")]
    [InlineData("{% for i in (-2000000000..2000000000) %}x{% endfor %}")]
    [InlineData("{% for i in (1..2000000000) limit: 1 %}x{% endfor %}")]
    [InlineData("{% tablerow i in (1..2000000000) %}x{% endtablerow %}")]
    [InlineData("{{ (1..2000000000) | join: 'x' }}")]
    [InlineData("{% for i in (1..10000) %}{% for j in (1..10000) %}{% for k in (1..10000) %}x{% endfor %}{% endfor %}{% endfor %}")]
    [InlineData("{% for i in (1..10000) %}{% for j in (1..10000) %}{% endfor %}{% endfor %}")]
    [InlineData("{% for i in (1..10000) %}{% assign x = (1..10000) | join: 'abcdefgh' %}{% endfor %}")]
    [InlineData("{% assign t = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign t = t | append: t %}{% endfor %}{{ t }}")]
    [InlineData("{% assign t = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign t = t | prepend: t %}{% endfor %}{{ t | size }}")]
    [InlineData("{% assign t = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign t = t | replace: 'x', t %}{% endfor %}")]
    [InlineData("{% assign t = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% capture t %}{{ t }}{{ t }}{% endcapture %}{% endfor %}")]
    [InlineData("{% assign l = list %}{% for i in (1..60) %}{% assign l = l | concat: l %}{% endfor %}")]
    [InlineData("{% capture t %}{% for i in (1..9000) %}{{ text }}{% endfor %}{% endcapture %}")]
    [InlineData("{% for i in (1..9000) %}{{ text }}{% endfor %}")]
    [InlineData("{% for i in (1..9000) %}{% cycle text, text %}{% endfor %}")]
    [InlineData("{{ 5 | format_number: 'D999999999' }}")]
    [InlineData("{{ '{0,999999999}' | format_string: 5 }}")]
    [InlineData("{{ 'now' | date: '%0999999999Y' }}")]
    [InlineData("{% for i in (1..9000) %}{% assign x = text | split: '' | sort | join: '' %}{% endfor %}")]
    public async Task Render_ThatBlowsUp_FailsSoon(string html)
    {
        var before = GC.GetTotalAllocatedBytes();

        var e = await Assert.ThrowsAsync<TemplateException>(() => RenderAsync(html));

        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MaxBytes);
        Assert.StartsWith("The HTML part cannot be filled: ", e.Message, StringComparison.Ordinal);
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static EmailTemplate Compile(string html) => new(new Liquid(TimeProvider.System), new TemplateSource("t", "s", html, null));

    private static Task<RenderedEmail> RenderAsync(string html)
    {
        var template = Compile(html);
        var values = template.Prepare(new Dictionary<string, object?>
        {
            ["a"] = 1,
            ["c"] = 3,
            ["huge"] = 2_000_000_000,
            ["list"] = new List<object> { "a", "b", "c" },
            ["text"] = new string('y', 20_000),
        });
        return template.RenderAsync(values, new Dictionary<string, object?>(), null);
    }
}
