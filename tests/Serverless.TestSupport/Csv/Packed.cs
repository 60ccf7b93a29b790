using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Serverless.TestSupport.Csv;

/// <summary>Makes packed files, sound ones and others.</summary>
internal static class Packed
{
    [Flags]
    public enum Fields
    {
        None = 0,
        HeaderCrc = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
    }

    /// <summary>A gzip member, by the letter of RFC 1952.</summary>
    public static byte[] Gzip(byte[] text, Fields fields = Fields.None, uint crcOff = 0, uint lengthOff = 0)
    {
        var member = new List<byte> { 0x1F, 0x8B, 8, (byte)fields, 0, 0, 0, 0, 0, 255 };
        if (fields.HasFlag(Fields.Extra)) member.AddRange([3, 0, (byte)'a', (byte)'b', 0]);
        if (fields.HasFlag(Fields.Name)) member.AddRange("name.csv\0"u8);
        if (fields.HasFlag(Fields.Comment)) member.AddRange("a comment\0"u8);
        if (fields.HasFlag(Fields.HeaderCrc)) member.AddRange(BitConverter.GetBytes((ushort)Crc32.HashToUInt32(member.ToArray())));
        using var deflated = new MemoryStream();
        using (var deflate = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(text);

        // The platform writes nothing at all for nothing, where other programs write an empty block.
        member.AddRange(text.Length == 0 ? [3, 0] : deflated.ToArray());
        var trailer = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32.HashToUInt32(text) + crcOff);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), (uint)text.Length + lengthOff);
        return [.. member, .. trailer];
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] members)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in members)
            {
                using var member = archive.CreateEntry(name).Open();
                member.Write(content);
            }
        }

        return file.ToArray();
    }

    /// <summary>A workbook as programs write it: sheets of rows in XML, and what else is given.</summary>
    public static byte[] Workbook(
        (string Name, string State, string Rows)[] sheets, string strings = "", string styles = "", string properties = "", string links =
            "")
    {
        const string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const string relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const string content = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
        var types = new StringBuilder($"""<Override PartName="/xl/workbook.xml" ContentType="{content}sheet.main+xml"/>""");
        var relationships = new StringBuilder();
        var list = new StringBuilder();
        var parts = new List<(string, byte[])>();
        for (var i = 1; i <= sheets.Length; i++)
        {
            types.Append(
                CultureInfo.InvariantCulture,
                $"""<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{content}worksheet+xml"/>""");
            relationships.Append(
                CultureInfo.InvariantCulture,
                $"""<Relationship Id="r{i}" Type="{relations}/worksheet" Target="worksheets/sheet{i}.xml"/>""");
            list.Append(
                CultureInfo.InvariantCulture,
                $"""<sheet name="{sheets[i - 1].Name}" sheetId="{i}" state="{sheets[i - 1].State}" r:id="r{i}"/>""");
            parts.Add(
                ($"xl/worksheets/sheet{i}.xml", Encoding.UTF8.GetBytes(
                    $"""<worksheet xmlns="{main}"><sheetData>{sheets[i - 1].Rows}</sheetData></worksheet>""")));
        }

        if (links.Length > 0)
            parts.Add(
                ("xl/worksheets/_rels/sheet1.xml.rels", Encoding.UTF8.GetBytes(
                    $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>""")));
        if (strings.Length > 0) Add("sharedStrings", "sst", strings);
        if (styles.Length > 0) Add("styles", "styleSheet", styles);
        return Zip(
        [
            ("[Content_Types].xml", Encoding.UTF8.GetBytes(
                $"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>""")),
            ("_rels/.rels", Encoding.UTF8.GetBytes(
                $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>""")),
            ("xl/workbook.xml", Encoding.UTF8.GetBytes(
                $"""<workbook xmlns="{main}" xmlns:r="{relations}">{properties}<sheets>{list}</sheets></workbook>""")),
            ("xl/_rels/workbook.xml.rels", Encoding.UTF8.GetBytes(
                $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relationships}</Relationships>""")),
            .. parts,
        ]);

        void Add(string name, string root, string xml)
        {
            types.Append(CultureInfo.InvariantCulture, $"""<Override PartName="/xl/{name}.xml" ContentType="{content}{name}+xml"/>""");
            relationships.Append(
                CultureInfo.InvariantCulture, $"""<Relationship Id="{name}" Type="{relations}/{name}" Target="{name}.xml"/>""");
            parts.Add(($"xl/{name}.xml", Encoding.UTF8.GetBytes($"""<{root} xmlns="{main}">{xml}</{root}>""")));
        }
    }
}
