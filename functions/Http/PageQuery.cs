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
    /// <param name="query">The query.</param>
    /// <param name="defaultSize">The size that is not given.</param>
    /// <param name="maxSize">The largest size.</param>
    /// <param name="faults">Receives what is wrong.</param>
    /// <param name="isPlace">True for what can be a place in the list; null where anything can.</param>
    public static (int Size, string? After) Read(
        IQueryCollection query, int defaultSize, int maxSize, ValidationErrors faults, Func<string, bool>? isPlace = null)
    {
        var size = defaultSize;
        if (query["size"] is { Count: > 0 } sizes
            && (sizes is not [{ } text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size < 1
                || size > maxSize))
            faults.Add("size", string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from 1 to {maxSize}."));
        var place = ReadWord(query, "after");
        if (place is not null && isPlace?.Invoke(place) == false) faults.Add("after", UnknownPlace);
        return (size, place);
    }

    /// <summary>A word that may be given; null when it is not.</summary>
    public static string? ReadWord(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } word] ? word : null;

    /// <summary>True or false, which may be given; null when it is not.</summary>
    public static bool? ReadBoolean(IQueryCollection query, string name, ValidationErrors faults)
    {
        if (query[name] is not { Count: > 0 } values) return null;
        if (values is [{ } text] && bool.TryParse(text, out var value)) return value;
        faults.Add(name, "Must be true or false.");
        return null;
    }

    /// <summary>A time that may be given; null when it is not.</summary>
    public static DateTimeOffset? ReadTime(IQueryCollection query, string name, ValidationErrors faults)
    {
        if (ReadWord(query, name) is not { } text) return null;
        if (UtcTime.TryParse(text, out var time)) return time;
        faults.Add(name, $"Give {UtcTime.Example}.");
        return null;
    }
}
