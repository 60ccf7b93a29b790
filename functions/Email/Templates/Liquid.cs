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

    /// <summary>Escapes what HTML gives a meaning to; letters of all scripts stay letters.</summary>
    public static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly FluidParser _parser = new();

    public Liquid(TimeProvider clock) => Options = new TemplateOptions
    {
        MaxSteps = MaxSteps,
        MaxRecursion = MaxRecursion,
        TimeZone = TimeZoneInfo.Utc,
        Now = clock.GetUtcNow,
    };

    public TemplateOptions Options { get; }

    /// <exception cref="TemplateException">The text is no Liquid; it says where.</exception>
    public static IFluidTemplate Parse(string text, string part) => _parser.TryParse(text, out var template, out var error)
        ? template
        : throw new TemplateException($"The {part} is no Liquid template: {error}");
}
