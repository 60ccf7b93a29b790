using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;

namespace Serverless.Email.Templates;

/// <summary>The app's Liquid: its parser, and what a template may take of the machine.</summary>
internal sealed class Liquid
{
    // A message that needs more is a loop that got out of hand.
    private const int MaxSteps = 20_000;
    private const int MaxRecursion = 20;

    // Blocks, and the expressions in them.
    private const int MaxDepth = 150;

    // Enough for all tags that a template may have, each inside another.
    private const int ParserStack = 64 << 20;

    /// <summary>Escapes what HTML gives a meaning to; letters of all scripts stay letters.</summary>
    public static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly FluidParser Parser = new();

    public Liquid(TimeProvider time)
    {
        Options = new TemplateOptions
        {
            MaxSteps = MaxSteps,
            MaxRecursion = MaxRecursion,
            TimeZone = TimeZoneInfo.Utc,
            Now = time.GetUtcNow,
        };
        BoundedFilters.Bound(Options.Filters);
    }

    public TemplateOptions Options { get; }

    /// <summary>A context with a budget of its own.</summary>
    public TemplateContext CreateContext()
    {
        var context = new TemplateContext(Options);
        RenderBudget.Give(context);
        return context;
    }

    /// <exception cref="TemplateException">The text is no Liquid, or asks for too much; it says where.</exception>
    public static IFluidTemplate Parse(string text, string part)
    {
        if (TemplateLimits.FindFault(text) is { } fault) throw new TemplateException($"The {part} {fault}.");
        IFluidTemplate? template = null;
        string? error = null;
        var thread = new Thread(() => (template, error) = ParseBounded(text), ParserStack);
        thread.Start();
        thread.Join();
        return template ?? throw new TemplateException($"The {part} is no Liquid template: {error}");
    }

    private static (IFluidTemplate? Template, string? Error) ParseBounded(string text)
    {
        try
        {
            if (!Parser.TryParse(text, out var parsed, out var error)) return (null, error);
            var rewriter = new BoundedRewriter();
            var bounded = rewriter.VisitTemplate(parsed);
            return rewriter.Deepest <= MaxDepth
                ? (bounded, null) : (null, $"its tags and expressions are nested more than {MaxDepth} deep.");
        }
#pragma warning disable CA1031 // On a thread of its own: whatever it is, it is the template's fault.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (null, e.Message);
        }
    }
}
