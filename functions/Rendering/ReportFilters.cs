using Fluid;
using Fluid.Values;

namespace Serverless.Rendering;

/// <summary>Liquid filters that word a report's values: <c>{{ rows | count }}</c>. A value that is missing stays empty.</summary>
internal static class ReportFilters
{
    public static void AddTo(FilterCollection filters)
    {
        filters.AddFilter("count", (input, _, _) => Format(input, v => ReportText.Count((long)v)));
        filters.AddFilter("bytes", (input, _, _) => Format(input, v => ReportText.Bytes((long)v)));
        filters.AddFilter("share", (input, _, _) => Format(input, v => ReportText.Share((double)v)));
        filters.AddFilter("seconds", (input, _, _) => Format(input, v => ReportText.Duration(TimeSpan.FromSeconds((double)v))));
        filters.AddFilter(
            "utc", (input, _, _) => new StringValue(input.ToObjectValue() is DateTimeOffset time ? ReportText.Utc(time) : ""));
    }

    private static ValueTask<FluidValue> Format(FluidValue input, Func<decimal, string> word) =>
        new StringValue(input.IsNil() ? "" : word(input.ToNumberValue()));
}
