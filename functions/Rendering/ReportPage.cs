using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using Fluid;

namespace Serverless.Rendering;

/// <summary>
/// Renders reports as one HTML page that needs nothing else: no script, no font, no image, its styles inside. It follows the reader's
/// light or dark scheme, and can be printed.
/// </summary>
/// <remarks>
/// A report's template is a Liquid file that is embedded in the app (any <c>*.liquid</c> below a capability's folder); the model's
/// properties have snake-case names there (<c>RowsPerSecond</c> is <c>rows_per_second</c>). All values are escaped; only the markup of the
/// charts is passed on, by <c>raw</c>. <see cref="ReportFilters"/> words numbers.
/// </remarks>
internal static class ReportPage
{
    private const string Layout = "page";

    private static readonly Lazy<FluidParser> Parser = new(() => new FluidParser());
    private static readonly Lazy<TemplateOptions> Options = new(CreateOptions);
    private static readonly Lazy<string> Style = new(() => ReadResource("report.css"));
    private static readonly ConcurrentDictionary<string, IFluidTemplate> Templates = new(StringComparer.Ordinal);

    /// <summary>Renders a report.</summary>
    /// <param name="template">The body's template: a file name without <c>.liquid</c>.</param>
    /// <param name="title">Shown above the body and by the browser.</param>
    /// <param name="model">What the template shows.</param>
    /// <returns>The page.</returns>
    /// <exception cref="InvalidOperationException">There is no such template, or it is at fault.</exception>
    public static async Task<string> RenderAsync(string template, string title, object model)
    {
        var body = await RenderAsync(template, new TemplateContext(model, Options.Value));
        var page = new TemplateContext(Options.Value);
        page.SetValue("title", title);
        page.SetValue("style", Style.Value);
        page.SetValue("body", body);
        return await RenderAsync(Layout, page);
    }

    /// <summary>Parses a template that is soon wanted, beside other work: the first one in a process takes about 0.1 s.</summary>
    public static Task PrepareAsync(string template) => Task.Run(() =>
    {
        Templates.GetOrAdd(Layout, Parse);
        Templates.GetOrAdd(template, Parse);
    });

    private static async Task<string> RenderAsync(string template, TemplateContext context) =>
        await Templates.GetOrAdd(template, Parse).RenderAsync(context, HtmlEncoder.Default);

    private static IFluidTemplate Parse(string name) =>
        Parser.Value.TryParse(ReadResource($"{name}.liquid"), out var template, out var fault)
            ? template
            : throw new InvalidOperationException($"The report template {name}.liquid is at fault: {fault}");

    private static TemplateOptions CreateOptions()
    {
        // Templates and models are the app's own: what a model has, its template may show.
        var options = new TemplateOptions
        {
            MemberAccessStrategy = new UnsafeMemberAccessStrategy { MemberNameStrategy = MemberNameStrategies.SnakeCase },
        };
        ReportFilters.AddTo(options.Filters);
        return options;
    }

    private static string ReadResource(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"reports/{name}")
            ?? throw new InvalidOperationException($"The app has no report template {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
