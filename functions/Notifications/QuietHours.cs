using System.Globalization;

namespace Serverless.Notifications;

/// <summary>Hours of every day in which a receiver is not to be disturbed, by the receiver's own clock.</summary>
/// <param name="From">When they begin, such as 22:00.</param>
/// <param name="To">When they end, such as 07:00: on the next day when that is earlier than the beginning.</param>
/// <param name="TimeZone">An IANA name, such as Europe/Stockholm.</param>
internal sealed record QuietHours(TimeOnly From, TimeOnly To, string TimeZone)
{
    /// <summary>The first moment from <paramref name="time"/> on that is outside the quiet hours.</summary>
    public DateTimeOffset FindNextAllowed(DateTimeOffset time)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
        var local = TimeZoneInfo.ConvertTime(time, zone).DateTime;
        var now = TimeOnly.FromDateTime(local);
        if (!now.IsBetween(From, To)) return time;

        var end = local.Date.Add(To.ToTimeSpan());
        if (now >= To) end = end.AddDays(1);

        // Where the clock is put forward over the end, they end with the gap.
        while (zone.IsInvalidTime(end)) end = end.AddMinutes(1);

        // Where it is put back over it, they end twice: the first end that is still to come.
        var offsets = zone.IsAmbiguousTime(end) ? zone.GetAmbiguousTimeOffsets(end) : [zone.GetUtcOffset(end)];
        return offsets.Select(offset => new DateTimeOffset(end, offset)).Where(moment => moment >= time).Min().ToUniversalTime();
    }

    /// <summary>As the table keeps it: <c>22:00-07:00 Europe/Stockholm</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH\\:mm}-{To:HH\\:mm} {TimeZone}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static QuietHours Parse(string text) => new(
        TimeOnly.ParseExact(text.AsSpan(0, 5), "HH:mm", CultureInfo.InvariantCulture),
        TimeOnly.ParseExact(text.AsSpan(6, 5), "HH:mm", CultureInfo.InvariantCulture),
        text[12..]);
}
