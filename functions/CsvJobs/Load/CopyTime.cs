namespace Serverless.CsvJobs.Load;

/// <summary>Encodes canonical dates and times as PostgreSQL does: days and microseconds from 2000-01-01.</summary>
internal static class CopyTime
{
    private const int DateLength = 10;
    private const int YearsPerEra = 400;
    private const int DaysPerEra = 146_097;

    // From 0000-03-01.
    private const int DaysTo2000 = 730_425;
    private const long MicrosPerDay = 86_400_000_000;

    /// <summary>The days of <c>yyyy-MM-dd</c>, by the proleptic Gregorian calendar.</summary>
    public static int CountDays(ReadOnlySpan<byte> iso)
    {
        var (year, month, day) = (Number(iso[..4]), Number(iso.Slice(5, 2)), Number(iso.Slice(8, 2)));

        // Counted from March, the leap day is a year's last; an era is 400 years, so that nothing is negative.
        if (month <= 2) year--;
        var era = (year + YearsPerEra) / YearsPerEra - 1;
        var yearOfEra = year - (era * YearsPerEra);
        var dayOfYear = (((153 * ((month + 9) % 12)) + 2) / 5) + day - 1;
        return (era * DaysPerEra) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - DaysTo2000;
    }

    /// <summary>The microseconds of <c>HH:mm:ss</c> with up to nine decimals; false where it says more than they can.</summary>
    public static bool TryTime(ReadOnlySpan<byte> iso, out long micros)
    {
        var seconds = (Number(iso[..2]) * 3600L) + (Number(iso.Slice(3, 2)) * 60) + Number(iso.Slice(6, 2));
        micros = seconds * 1_000_000;
        var (factor, isWhole) = (100_000, true);
        for (var i = 9; i < iso.Length; i++, factor /= 10)
        {
            micros += (iso[i] - '0') * factor;
            if (factor == 0 && iso[i] != '0') isWhole = false;
        }

        return isWhole && micros <= MicrosPerDay;
    }

    /// <summary>The microseconds of date, <c>T</c> and time; by UTC where the zone is known.</summary>
    public static bool TryDateTime(ReadOnlySpan<byte> iso, out long micros)
    {
        var time = iso[(DateLength + 1)..];
        var offset = 0L;
        if (time[^1] == 'Z')
        {
            time = time[..^1];
        }
        else if (time.IndexOfAny((byte)'+', (byte)'-') is > 0 and var at)
        {
            var minutes = (Number(time.Slice(at + 1, 2)) * 60L) + Number(time.Slice(time.Length - 2, 2));
            offset = (time[at] == '-' ? -minutes : minutes) * 60_000_000;
            time = time[..at];
        }

        if (!TryTime(time, out micros)) return false;
        micros += (CountDays(iso) * MicrosPerDay) - offset;
        return true;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits) value = (value * 10) + digit - '0';
        return value;
    }
}
