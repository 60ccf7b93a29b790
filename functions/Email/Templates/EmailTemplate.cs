using System.Text.Encodings.Web;
using Fluid;
using Fluid.Values;

namespace Serverless.Email.Templates;

/// <summary>A compiled template: fit for many threads.</summary>
internal sealed class EmailTemplate
{
    // A message of this size no server takes.
    private const int MaxLength = 2_000_000;

    private readonly Liquid _liquid;
    private readonly IFluidTemplate? _subject;
    private readonly IFluidTemplate _html;
    private readonly IFluidTemplate? _text;

    /// <summary>Compiles a template.</summary>
    /// <exception cref="TemplateException">A part of it is no Liquid.</exception>
    internal EmailTemplate(Liquid liquid, TemplateSource source)
    {
        _liquid = liquid;
        Source = source;
        _subject = source.Subject is { } subject ? Liquid.Parse(subject, "subject") : null;
        _html = Liquid.Parse(source.Html, "HTML part");
        _text = source.Text is { } text ? Liquid.Parse(text, "text part") : null;
    }

    /// <summary>The source it was compiled from.</summary>
    public TemplateSource Source { get; }

    /// <summary>Turns values into what templates work with, once for all messages that share them.</summary>
    public IReadOnlyDictionary<string, FluidValue> Prepare(IReadOnlyDictionary<string, object?> values) =>
        values.ToDictionary(v => v.Key, v => FluidValue.Create(v.Value, _liquid.Options), StringComparer.Ordinal);

    /// <summary>Fills the template.</summary>
    /// <param name="shared">Values from <see cref="Prepare"/>.</param>
    /// <param name="own">Values of this message, which come before the shared ones.</param>
    /// <param name="subject">A subject as it is, instead of the template's.</param>
    /// <exception cref="TemplateException">The values do not fit, it takes too many steps, or there is no subject.</exception>
    public async Task<RenderedEmail> RenderAsync(
        IReadOnlyDictionary<string, FluidValue> shared, IReadOnlyDictionary<string, object?> own, string? subject)
    {
        if (subject is null && _subject is null)
            throw new TemplateException(
                $"There is no subject: neither the recipient, nor the request, nor the template '{Source.Name}' has one.");

        subject ??= await RenderAsync(_subject!, shared, own, NullEncoder.Default, "subject");
        var html = await RenderAsync(_html, shared, own, Liquid.Html, "HTML part");
        var text = _text is null ? HtmlText.From(html) : await RenderAsync(_text, shared, own, NullEncoder.Default, "text part");
        return new RenderedEmail(OneLine(subject), html, text);
    }

    /// <summary>Fills a single text with the same values.</summary>
    /// <exception cref="TemplateException">The values do not fit, or it takes too many steps.</exception>
    internal async Task<string> RenderAsync(
        IFluidTemplate template, IReadOnlyDictionary<string, FluidValue> shared, IReadOnlyDictionary<string, object?> own,
        TextEncoder encoder, string part)
    {
        var context = _liquid.CreateContext();
        foreach (var (name, value) in shared) context.SetValue(name, value);
        foreach (var (name, value) in own) context.SetValue(name, FluidValue.Create(value, _liquid.Options));
        try
        {
            await using var writer = new BoundedWriter(RenderBudget.Of(context), MaxLength);
            await template.RenderAsync(writer, encoder, context);
            return writer.ToString();
        }
#pragma warning disable CA1031 // Filters throw what they like; whatever it is, this message cannot be made and its neighbours can.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new TemplateException($"The {part} cannot be filled: {e.Message}", e);
        }
    }

    // A line break in a value must not become one in the header.
    private static string OneLine(string subject) => string.Join(' ', subject.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>A message's texts.</summary>
internal sealed record RenderedEmail(string Subject, string Html, string Text);
