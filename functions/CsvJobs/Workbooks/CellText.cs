using DocumentFormat.OpenXml.Spreadsheet;

namespace Serverless.CsvJobs.Workbooks;

/// <summary>
/// A cell's value as text that reads the same everywhere: numbers with a point, dates and times as ISO 8601, <c>true</c> and <c>false</c>.
/// </summary>
internal sealed class CellText(IReadOnlyList<string> shared, CellFormats formats)
{
    /// <summary>Empty when the cell is.</summary>
    /// <exception cref="InvalidDataException">It refers to a text that is not there, or has a formula without a result.</exception>
    public string Of(Cell cell)
    {
        var type = cell.DataType?.Value ?? CellValues.Number;
        if (type == CellValues.InlineString) return cell.InlineString is { } inline ? SharedStrings.TextOf(inline) : "";
        if (cell.CellValue?.Text is not { Length: > 0 } value)
            return cell.CellFormula is null || type == CellValues.String ? "" : throw Workbook.Uncalculated(cell.CellReference?.Value);
        if (type == CellValues.SharedString)
            return int.TryParse(value, out var index) && index >= 0 && index < shared.Count ? shared[index] : throw Workbook.Damaged();
        if (type == CellValues.Boolean) return value is "1" or "true" ? "true" : "false";
        return type == CellValues.Number
            ? SerialText.Of(value, formats[cell.StyleIndex?.Value ?? 0], formats.IsDate1904) : CellEscapes.Decode(value);
    }
}
