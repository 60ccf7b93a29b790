using System.Globalization;
using System.Text.RegularExpressions;

namespace Serverless.Schedules;

/// <summary>Names of schedules, and the ids of their runs.</summary>
internal static partial class ScheduleName
{
    /// <summary>The rule for names.</summary>
    public const string Rule = "Give 1 to 60 lower-case letters, digits and . _ -, the first of them a letter or digit.";

    /// <summary>True for what a table key and a task id can both hold.</summary>
    public static bool IsValid(string name) => Allowed().IsMatch(name);

    /// <summary>The id of the run of a due time: the same whoever starts it, and however often.</summary>
    public static string RunId(string name, DateTimeOffset due) =>
        string.Create(CultureInfo.InvariantCulture, $"schedule-{name}-{due.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");

    /// <summary>The id of a run that was asked for.</summary>
    public static string RunId(string name, DateTimeOffset now, Guid request) =>
        string.Create(
            CultureInfo.InvariantCulture, $"schedule-{name}-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{request.ToString("N")[..12]}");

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,59}\z")]
    private static partial Regex Allowed();
}
