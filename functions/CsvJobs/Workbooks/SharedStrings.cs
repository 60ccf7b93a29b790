using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using TextRun = DocumentFormat.OpenXml.Spreadsheet.Run;

namespace Serverless.CsvJobs.Workbooks;

/// <summary>The texts that a workbook's cells share.</summary>
internal static class SharedStrings
{
    /// <summary>Reads the table; empty when there is none.</summary>
    public static IReadOnlyList<string> Read(SharedStringTablePart? part)
    {
        if (part is null) return [];
        var texts = new List<string>();
        using var reader = OpenXmlReader.Create(part);
        reader.Read();
        if (!reader.ReadFirstChild()) return [];
        do
        {
            if (reader.ElementType == typeof(SharedStringItem)) texts.Add(TextOf(reader.LoadCurrentElement()!));
        }
        while (reader.ReadNextSibling());

        return texts;
    }

    /// <summary>The text of an item: its runs one after the other, without what tells how to pronounce it.</summary>
    public static string TextOf(OpenXmlElement item)
    {
        if (item.FirstChild is Text only && only.NextSibling() is null) return CellEscapes.Decode(only.Text);
        var text = new StringBuilder();
        foreach (var child in item.ChildElements)
        {
            if (child is Text plain) text.Append(plain.Text);
            else if (child is TextRun { Text: { } run }) text.Append(run.Text);
        }

        return CellEscapes.Decode(text.ToString());
    }
}
