using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.Monitoring.Changes;

/// <summary>A row of an instance.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Number">Counts up.</param>
internal readonly record struct ChangePosition(string Instance, long Number);

/// <summary>
/// The progress of a reader: the minute, and the last row of each instance that wrote about then. By the instances, rows are neither
/// missed nor read twice whose instances' clocks differ, up to a minute.
/// </summary>
/// <param name="Minute">Everything before the minute before this one was read.</param>
/// <param name="Positions">The last row of each instance, from the minute before on.</param>
internal sealed partial record ChangeCursor(DateTimeOffset Minute, IReadOnlyDictionary<string, long> Positions)
{
    private const string MinuteFormat = "yyyyMMddHHmm";

    /// <summary>The first minute whose rows may be unread.</summary>
    internal DateTimeOffset From => Minute.AddMinutes(-1);

    /// <summary>A minute as keys have it.</summary>
    internal static string BuildKey(DateTimeOffset time) => time.UtcDateTime.ToString(MinuteFormat, CultureInfo.InvariantCulture);

    /// <summary>The minute of a key.</summary>
    internal static DateTimeOffset MinuteOf(string key) =>
        DateTimeOffset.ParseExact(key, MinuteFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out ChangeCursor cursor)
    {
        cursor = new ChangeCursor(default, new Dictionary<string, long>());
        if (Form().Match(text) is not { Success: true } match || !DateTimeOffset.TryParseExact(
            match.Groups["minute"].Value, MinuteFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var minute)
            || minute.Year < 2000) return false;
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var position in match.Groups["position"].Captures.Select(c => c.Value.Split('-')))
            positions[position[0]] = long.Parse(position[1], CultureInfo.InvariantCulture);
        cursor = new ChangeCursor(minute, positions);
        return true;
    }

    /// <summary>As callers have it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(BuildKey(Minute));
        foreach (var (instance, number) in Positions.OrderBy(p => p.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $".{instance}-{number}");
        return text.ToString();
    }

    [GeneratedRegex(@"^(?<minute>\d{12})(\.(?<position>[0-9a-f]{12}-\d{1,10})){0,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
