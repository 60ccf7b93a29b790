using Fluid;
using Fluid.Values;

namespace Serverless.Rendering;

/// <summary>Liquid filters that word a report's values: <c>{{ rows | count }}</c>. A value that is missing stays empty.</summary>
internal static class ReportFilters
{
    public static void AddTo(FilterCollection filters)
    {
        filters.AddFilter("count", (input, _, _) => Format(input, v => ReportText.Count((long)v)));
        filters.AddFilter("bytes", (input, _, _) => Format(input, v => ReportText.FormatBytes((long)v)));
        filters.AddFilter("share", (input, _, _) => Format(input, v => ReportText.FormatShare((double)v)));
        filters.AddFilter("seconds", (input, _, _) => Format(input, v => ReportText.FormatDuration(TimeSpan.FromSeconds((double)v))));
        filters.AddFilter(
            "utc", (input, _, _) => new StringValue(input.ToObjectValue() is DateTimeOffset time ? ReportText.FormatTime(time) : ""));
    }

    private static ValueTask<FluidValue> Format(FluidValue input, Func<decimal, string> word) =>
        new StringValue(input.IsNil() ? "" : word(input.ToNumberValue()));
}
