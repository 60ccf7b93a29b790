using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Workbooks;

/// <summary>An Excel workbook in storage: the sheet of it that is read, as CSV.</summary>
internal static class Workbook
{
    /// <summary>The part of a zip archive that makes it a workbook.</summary>
    public const string MainPart = "xl/workbook.xml";

    // Texts that stand in several cells are kept in memory, and so are the styles; of a sheet only a row is.
    private const long MaxBytesInMemory = 256L << 20;
    private const string SheetsFolder = "xl/worksheets/";
    private const int MaxShown = 10;

    /// <summary>Chooses a sheet: the one that was asked for, else the first that is visible.</summary>
    /// <exception cref="CsvJobException">There is no such sheet, or the workbook cannot be read.</exception>
    public static string ChooseSheet(IRangeSource source, long size, ZipArchive archive, CsvJobOptions options)
    {
        if (options.Member is not null)
            throw new CsvJobException(
                "The option member is for zip archives, and this file is an Excel workbook: choose its sheet with the option sheet " +
                "(--sheet NAME).");
        foreach (var part in archive.Entries.Where(
            e => e.Length > MaxBytesInMemory && !e.FullName.StartsWith(SheetsFolder, StringComparison.Ordinal)))
            throw new CsvJobException(
                $"The Excel workbook is too large to be read as it is ({part.FullName} has {part.Length >> 20} MB, and " +
                $"{MaxBytesInMemory >> 20} are allowed): save its sheet as CSV.");

        using var document = Open(source, size);
        var sheets = Guard(() => Sheets(document).ToList());
        if (options.Sheet is not { } asked)
        {
            var visible = sheets.Find(s => s.State is null || s.State == SheetStateValues.Visible) ?? sheets.FirstOrDefault();
            return visible?.Name?.Value ?? throw new CsvJobException("The Excel workbook has no sheet with cells.");
        }

        return sheets.Exists(s => s.Name?.Value == asked)
            ? asked
            : throw new CsvJobException(
                $"The Excel workbook has no sheet \"{asked}\"; it has " +
                $"{string.Join(", ", sheets.Take(MaxShown).Select(s => s.Name?.Value))}{(sheets.Count > MaxShown ? ", ..." : "")}.");
    }

    /// <summary>Opens a sheet's rows as CSV: commas, double quotes, UTF-8.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static Stream OpenSheet(IRangeSource source, long size, string name)
    {
        var document = Open(source, size);
        try
        {
            return Guard(() =>
            {
                var main = document.WorkbookPart!;
                var sheet = Sheets(document).First(s => s.Name?.Value == name);
                var cells = new CellText(SharedStrings.Read(main.SharedStringTablePart), new CellFormats(main));
                return new SheetText(document, new SheetRows((WorksheetPart)main.GetPartById(sheet.Id!.Value!), cells));
            });
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>Does something with a workbook, which may break the rules in any place.</summary>
    /// <exception cref="InvalidDataException">It does.</exception>
    public static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e)
            when (e is OpenXmlPackageException or XmlException or FileFormatException or InvalidOperationException or ArgumentException
                or FormatException)
        {
            throw Damaged(e);
        }
    }

    /// <summary>The error for a workbook that breaks its own rules.</summary>
    public static InvalidDataException Damaged(Exception? cause = null) =>
        new("The Excel workbook is damaged and cannot be read: open it in Excel and save it anew, or save its sheet as CSV.", cause);

    /// <summary>The fault of a formula that no program has worked out: its cell only looks empty.</summary>
    public static InvalidDataException Uncalculated(string? cell) => new(
        $"The formula {(cell is null ? "of a cell" : $"in {cell}")} has no result in the file: open the workbook in Excel and save it, " +
        "which works out every formula.");

    private static SpreadsheetDocument Open(IRangeSource source, long size)
    {
        var stream = new RandomAccessStream(source, size);
        return Guard(() => SpreadsheetDocument.Open(stream, isEditable: false));
    }

    private static IEnumerable<Sheet> Sheets(SpreadsheetDocument document)
    {
        var main = document.WorkbookPart ?? throw Damaged();
        return main.Workbook?.Sheets?.Elements<Sheet>()
            .Where(s => s.Id?.Value is { } id && main.TryGetPartById(id, out var part) && part is WorksheetPart) ?? [];
    }
}
