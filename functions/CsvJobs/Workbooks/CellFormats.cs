using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Serverless.CsvJobs.Workbooks;

/// <summary>The meanings of a number in a cell.</summary>
[Flags]
internal enum NumberKind
{
    Number = 0,
    Date = 1,
    Time = 2,

    /// <summary>Hours that go on beyond a day.</summary>
    Elapsed = 4,
}

/// <summary>A workbook's cell formats, as far as they tell numbers from dates and times.</summary>
internal sealed class CellFormats
{
    private readonly NumberKind[] _kinds;

    public CellFormats(WorkbookPart main)
    {
        IsDate1904 = main.Workbook?.WorkbookProperties?.Date1904?.Value ?? false;
        var styles = main.WorkbookStylesPart?.Stylesheet;
        var own = new Dictionary<uint, string>();
        foreach (var format in styles?.NumberingFormats?.Elements<NumberingFormat>() ?? [])
        {
            if (format.NumberFormatId?.Value is { } id) own[id] = format.FormatCode?.Value ?? "";
        }

        _kinds = [.. styles?.CellFormats?.Elements<CellFormat>().Select(f => KindOf(f.NumberFormatId?.Value ?? 0, own)) ?? []];
    }

    /// <summary>Days are counted from 1904 on, as old Macs did.</summary>
    public bool IsDate1904 { get; }

    public NumberKind this[uint style] => style < _kinds.Length ? _kinds[style] : NumberKind.Number;

    /// <summary>The meaning that a format code gives to numbers, judged by its first section.</summary>
    public static NumberKind KindOf(string code)
    {
        var kind = NumberKind.Number;
        var isMonthOrMinute = false;
        for (var i = 0; i < code.Length && code[i] != ';'; i++)
        {
            switch (char.ToLowerInvariant(code[i]))
            {
                case '"':
                    i = Close(code, '"', i);
                    break;
                case '\\' or '_' or '*':
                    i++;
                    break;
                case '[':
                    var close = Close(code, ']', i);
                    if (code[(i + 1)..close].ToLowerInvariant() is "h" or "hh" or "m" or "mm" or "s" or "ss") return NumberKind.Elapsed;
                    i = close;
                    break;
                case 'g' when code.AsSpan(i).StartsWith("General", StringComparison.OrdinalIgnoreCase):
                    i += "General".Length - 1;
                    break;
                case 'y' or 'd':
                    kind |= NumberKind.Date;
                    break;
                case 'h' or 's':
                    kind |= NumberKind.Time;
                    break;
                case 'm':
                    isMonthOrMinute = true;
                    break;
            }
        }

        return kind == NumberKind.Number && isMonthOrMinute ? NumberKind.Date : kind;
    }

    // The formats that a workbook does not spell out; from 27 on they are those of East Asia.
    private static NumberKind KindOf(uint id, Dictionary<uint, string> own) => own.TryGetValue(id, out var code) ? KindOf(code) : id switch
    {
        >= 14 and <= 17 or (>= 27 and <= 31) or (>= 34 and <= 36) or (>= 50 and <= 54) or 57 or 58 => NumberKind.Date,
        (>= 18 and <= 21) or 32 or 33 or 55 or 56 or 45 or 47 => NumberKind.Time,
        22 => NumberKind.Date | NumberKind.Time,
        46 => NumberKind.Elapsed,
        _ => NumberKind.Number,
    };

    private static int Close(string code, char with, int from)
    {
        var close = code.IndexOf(with, from + 1);
        return close < 0 ? code.Length : close;
    }
}
