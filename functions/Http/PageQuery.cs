using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>
/// The query of every list: <c>size</c>, how many entries a page has, <c>after</c>, where the page before ended, and words and times by
/// which it selects.
/// </summary>
internal static class PageQuery
{
    /// <summary>The fault of a place that belongs to another list.</summary>
    public const string UnknownPlace = "Must be what the page before had as \"next\".";

    /// <summary>Reads both, and notes what is wrong.</summary>
    public static (int Size, string? After) Read(IQueryCollection query, int usual, int most, ValidationErrors faults)
    {
        var size = usual;
        if (query["size"] is { Count: > 0 } sizes
            && (sizes is not [{ } text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size < 1
                || size > most))
            faults.Add("size", string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from 1 to {most}."));
        return (size, query["after"] is [{ Length: > 0 } after] ? after : null);
    }

    /// <summary>A word that may be given; null when it is not.</summary>
    public static string? Word(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } word] ? word : null;

    /// <summary>A time that may be given; null when it is not.</summary>
    public static DateTimeOffset? Time(IQueryCollection query, string name, ValidationErrors faults)
    {
        if (Word(query, name) is not { } text) return null;
        if (UtcTime.TryParse(text, out var time)) return time;
        faults.Add(name, $"Give {UtcTime.Example}.");
        return null;
    }
}
