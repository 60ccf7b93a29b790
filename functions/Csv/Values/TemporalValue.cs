using System.Globalization;

namespace Serverless.Csv.Values;

/// <summary>The parts of a date, a time or both, while they are read.</summary>
internal struct TemporalValue
{
    public int Year;
    public int Month;
    public int Day;
    public int Hour;
    public int Minute;
    public int Second;

    /// <summary>Billionths of a second.</summary>
    public int Fraction;

    /// <summary>Minutes east of UTC; null where the zone is not known.</summary>
    public int? Offset;

    public static TemporalValue Empty => new() { Year = 1, Month = 1, Day = 1 };

    public readonly bool IsValid =>
        Year is >= 1 and <= 9999 && Month is >= 1 and <= 12 && Day >= 1 && Day <= DateTime.DaysInMonth(Year, Month)
        && (uint)Hour < 24 && (uint)Minute < 60 && (uint)Second < 60;

    /// <summary>The instant in UTC, its offset gone. False when it leaves the calendar.</summary>
    public bool TryToUtc()
    {
        if (Offset is null or 0) return true;
        var ticks = Ticks - Offset.Value * TimeSpan.TicksPerMinute;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return false;
        var utc = new DateTime(ticks);
        (Year, Month, Day, Hour, Minute, Second) = (utc.Year, utc.Month, utc.Day, utc.Hour, utc.Minute, utc.Second);
        Offset = 0;
        return true;
    }

    /// <summary>A number that orders values of one type: packed for a date, ticks for a time, ticks and a zone bit for both.</summary>
    public readonly long BuildKey(FieldType type) => type switch
    {
        FieldType.Date => Year * 10_000L + Month * 100 + Day,
        FieldType.Time => TimeTicks,
        _ => (Ticks << 1) | (Offset is null ? 0L : 1L),
    };

    /// <summary>The canonical text of a key.</summary>
    public static string FormatKey(FieldType type, long key) => type switch
    {
        FieldType.Date => string.Create(CultureInfo.InvariantCulture, $"{key / 10_000:D4}-{key / 100 % 100:D2}-{key % 100:D2}"),
        FieldType.Time => new TimeOnly(key).ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        _ => new DateTime(key >> 1).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + ((key & 1) == 0 ? "" : "Z"),
    };

    /// <summary>Writes the canonical text; 40 bytes are always enough.</summary>
    public readonly int Write(FieldType type, Span<byte> target)
    {
        var length = 0;
        if (type != FieldType.Time)
        {
            WriteDigits(target, Year, 4);
            target[4] = (byte)'-';
            WriteDigits(target[5..], Month, 2);
            target[7] = (byte)'-';
            WriteDigits(target[8..], Day, 2);
            length = 10;
            if (type == FieldType.Date) return length;
            target[length++] = (byte)'T';
        }

        WriteDigits(target[length..], Hour, 2);
        target[length + 2] = (byte)':';
        WriteDigits(target[(length + 3)..], Minute, 2);
        target[length + 5] = (byte)':';
        WriteDigits(target[(length + 6)..], Second, 2);
        length += 8;
        if (Fraction > 0)
        {
            target[length++] = (byte)'.';
            WriteDigits(target[length..], Fraction, 9);
            length += 9;
            while (target[length - 1] == '0') length--;
        }

        return length + WriteOffset(target[length..]);
    }

    private readonly int WriteOffset(Span<byte> target)
    {
        if (Offset is not { } offset) return 0;
        target[0] = (byte)(offset == 0 ? 'Z' : offset < 0 ? '-' : '+');
        if (offset == 0) return 1;
        WriteDigits(target[1..], Math.Abs(offset) / 60, 2);
        target[3] = (byte)':';
        WriteDigits(target[4..], Math.Abs(offset) % 60, 2);
        return 6;
    }

    private readonly long TimeTicks => ((Hour * 60L + Minute) * 60 + Second) * TimeSpan.TicksPerSecond + Fraction / 100;

    private readonly long Ticks => new DateTime(Year, Month, Day).Ticks + TimeTicks;

    private static void WriteDigits(Span<byte> target, int value, int count)
    {
        for (var i = count - 1; i >= 0; i--, value /= 10) target[i] = (byte)('0' + value % 10);
    }
}
