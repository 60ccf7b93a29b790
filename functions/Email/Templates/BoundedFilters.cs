using System.Text.RegularExpressions;
using Fluid;
using Fluid.Values;

namespace Serverless.Email.Templates;

/// <summary>Lets filters work only as far as the budget goes.</summary>
internal static partial class BoundedFilters
{
    private const string InputIsFormat = "format_string";

    // They fill up to a width that their format names.
    private static readonly HashSet<string> Formats = new(
        StringComparer.Ordinal) { "date", "format_date", "format_number", InputIsFormat };

    public static void Bound(FilterCollection filters)
    {
        foreach (var (name, filter) in filters.ToList())
            filters.AddFilter(name, (input, arguments, context) => RunAsync(name, filter, input, arguments, context));
    }

    private static async ValueTask<FluidValue> RunAsync(
        string name, FilterDelegate filter, FluidValue input, FilterArguments arguments, TemplateContext context)
    {
        var budget = RenderBudget.Of(context);
        var given = Enumerable.Range(0, arguments.Count).Select(arguments.At).ToList();
        budget.Charge(RenderBudget.SizeOf(input) + given.Sum(RenderBudget.SizeOf) + Made(name, input, given));
        if (Formats.Contains(name) && (name == InputIsFormat ? [input] : given).OfType<StringValue>()
            .Any(v => Width().IsMatch(v.ToStringValue())))
            throw new TemplateException($"a format of the filter {name} has a number of more than 4 digits.");
        var result = await filter(input, arguments, context);
        budget.Charge(RenderBudget.SizeOf(result));
        return result;
    }

    // What may be more than what goes in.
    private static double Made(string name, FluidValue input, List<FluidValue> arguments) => name switch
    {
        "join" => (double)RenderBudget.SizeOf(input) * Length(arguments, 0),
        _ when name.StartsWith("replace", StringComparison.Ordinal) =>
            (double)RenderBudget.SizeOf(input) / Math.Max(1, Length(arguments, 0)) * Length(arguments, 1),
        _ => 0,
    };

    private static int Length(List<FluidValue> arguments, int index) =>
        index < arguments.Count ? arguments[index].ToStringValue().Length : 0;

    [GeneratedRegex("[0-9]{5,}")]
    private static partial Regex Width();
}
