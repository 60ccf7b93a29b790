using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Serverless.CsvJobs.Workbooks;

/// <summary>The rows of a sheet, one at a time, without the empty cells at their ends; a row without cells is empty.</summary>
internal sealed class SheetRows(WorksheetPart sheet, CellText cells)
{
    private const int MaxRows = 1_048_576;
    private const int MaxColumns = 16_384;

    /// <exception cref="InvalidDataException">The sheet has more rows or columns than a sheet may.</exception>
    public IEnumerable<IReadOnlyList<string>> Read()
    {
        using var reader = OpenXmlReader.Create(sheet);
        var row = 0;
        var values = new List<string>();
        while (reader.Read())
        {
            if (reader.ElementType != typeof(Row) || !reader.IsStartElement) continue;

            var number = RowNumber(reader) ?? row + 1;
            if (number <= row || number > MaxRows) throw Workbook.Damaged();
            for (; row < number - 1; row++) yield return [];
            row = number;
            values.Clear();
            if (reader.ReadFirstChild())
            {
                do
                {
                    if (reader.ElementType == typeof(Cell)) Add(values, (Cell)reader.LoadCurrentElement()!);
                }
                while (reader.ReadNextSibling());
            }

            while (values is [.., ""]) values.RemoveAt(values.Count - 1);
            yield return values;
        }
    }

    private static int? RowNumber(OpenXmlReader reader)
    {
        foreach (var attribute in reader.Attributes)
        {
            if (attribute.LocalName == "r")
                return int.TryParse(attribute.Value, CultureInfo.InvariantCulture, out var number) ? number : throw Workbook.Damaged();
        }

        return null;
    }

    private void Add(List<string> values, Cell cell)
    {
        var column = cell.CellReference?.Value is { } reference ? ColumnOf(reference) : values.Count;
        if (column < values.Count || column >= MaxColumns) throw Workbook.Damaged();
        while (values.Count < column) values.Add("");
        values.Add(cells.Of(cell));
    }

    private static int ColumnOf(string reference)
    {
        var column = 0;
        foreach (var letter in reference.TakeWhile(char.IsAsciiLetter).Take(4)) column = (column * 26) + (letter | 0x20) - 'a' + 1;
        return column - 1;
    }
}
