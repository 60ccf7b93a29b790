using System.Globalization;

namespace Serverless.Storage;

/// <summary>Keys of rows that are listed from the newest on: tables sort by key, ascending.</summary>
internal static class NewestFirst
{
    /// <summary>The start of the key of what came at a time: smaller for what comes later.</summary>
    /// <param name="time">The time; less than a millisecond of it does not count, since not every table gives it back.</param>
    public static string BuildKey(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond);
        return (DateTimeOffset.MaxValue.Ticks - ticks).ToString("D19", CultureInfo.InvariantCulture);
    }
}
