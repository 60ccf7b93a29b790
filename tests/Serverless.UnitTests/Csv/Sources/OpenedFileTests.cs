using System.Buffers.Binary;
using System.Text;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Sources;
using Serverless.TestSupport.Csv;
using Serverless.UnitTests.Csv.Ranges;

namespace Serverless.UnitTests.Csv.Sources;

public sealed class OpenedFileTests
{
    private static readonly byte[] Csv = "a,b\n1,2\n3,4\n"u8.ToArray();

    public static TheoryData<string, byte[], string?, string> Refused => new()
    {
        { "gzip in gzip", Packed.Gzip(Packed.Gzip(Csv)), null, "The gzip file holds a gzip file" },
        { "zip in gzip", Packed.Gzip(Packed.Zip(("a.csv", Csv))), null, "The gzip file holds a zip archive" },
        { "tar in gzip", Packed.Gzip([.. new byte[257], .. "ustar"u8, .. new byte[300]]), null, "The gzip file holds a tar archive" },
        { "gzip in zip", Packed.Zip(("a.csv.gz", Packed.Gzip(Csv))), null, "The zip archive holds a gzip file" },
        { "picture in zip", Packed.Zip(("a.csv", [0x89, .. "PNG\r\n"u8])), null, "The zip archive holds a PNG image" },
        { "two members", Packed.Zip(
            ("in.csv", Csv), ("in2.csv", Csv)), null, "holds 2 files, in.csv, in2.csv: say which one to read with the option member" },
        { "no such member", Packed.Zip(("in.csv", Csv), ("in2.csv", Csv)), "x.csv", "has no member \"x.csv\"; it holds in.csv, in2.csv" },
        { "two of the name", Packed.Zip(("1/in.csv", Csv), ("2/in.csv", Csv)), "in.csv", "more than one member \"in.csv\"" },
        { "no member", Packed.Zip(), null, "holds no file" },
        { "folders alone", Packed.Zip(("folder/", [])), null, "holds no file" },
        { "cut zip", Packed.Zip(("in.csv", Csv))[..^30], null, "damaged or not complete" },
        { "docx", Packed.Zip(("[Content_Types].xml", Csv), ("word/document.xml", Csv)), null, "a Word document" },
        { "pptx", Packed.Zip(("[Content_Types].xml", Csv), ("ppt/presentation.xml", Csv)), null, "a PowerPoint presentation" },
        { "xlsb", Packed.Zip(("[Content_Types].xml", Csv), ("xl/workbook.bin", Csv)), null, ".xlsb" },
        { "ods", Packed.Zip(
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"u8.ToArray()), ("content.xml", Csv)), null, "OpenDocument" },
        { "jar", Packed.Zip(("META-INF/MANIFEST.MF", Csv), ("A.class", Csv)), null, "a Java archive" },
        { "member of a plain file", Csv, "in.csv", "The option member is for zip archives" },
        { "member of a gzip file", Packed.Gzip(Csv), "in.csv", "The option member is for zip archives" },
        { "bad CRC", Damaged(), null, "does not match its checksum" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task OpenAsync_NoTableOrSeveral_IsRefusedByName(string name, byte[] file, string? member, string reason)
    {
        var fault = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var opened = await OpenAsync(file, new CsvJobOptions { Member = member });
        });

        Assert.True(fault is CsvJobException or InvalidDataException, $"{name}: {fault}");
        Assert.True(fault.Message.Contains(reason, StringComparison.Ordinal), $"{name}: {fault.Message}");
    }

    public static IEnumerable<object[]> Read => new TheoryData<string, byte[], string?, PackingKind, string>()
    {
        { "plain", Csv, null, PackingKind.None, "" },
        { "gzip", Packed.Gzip(Csv), null, PackingKind.Gzip, "" },
        { "zip of one", Packed.Zip(("in.csv", Csv)), null, PackingKind.Zip, "in.csv" },
        { "zip of one beside what systems leave", Packed.Zip(
            ("d/", []), ("d/in.csv", Csv), ("__MACOSX/d/._in.csv", [1]), ("d/.DS_Store", [2])), null, PackingKind.Zip, "d/in.csv" },
        { "zip of two, chosen", Packed.Zip(("in.csv", [1]), ("in2.csv", Csv)), "in2.csv", PackingKind.Zip, "in2.csv" },
        { "zip of two, chosen without its folder", Packed.Zip(
            ("d/in.csv", [1]), ("d/in2.csv", Csv)), "in2.csv", PackingKind.Zip, "d/in2.csv" },
    };

    [Theory]
    [MemberData(nameof(Read))]
    internal async Task OpenAsync_Text_IsTheSameHoweverItIsPacked(string name, byte[] file, string? member, PackingKind kind, string part)
    {
        await using var opened = await OpenAsync(file, new CsvJobOptions { Member = member });

        Assert.True(new FilePacking(kind, part) == opened.Packing, name);
        Assert.True(opened.IsWhole);
        Assert.Equal(Csv, opened.Sample.ToArray());
        await using var text = await PackedText.OpenAsync(Source(file), file.Length, opened.Packing, bomLength: 2, default);
        using var copy = new MemoryStream();
        await text.CopyToAsync(copy);
        Assert.Equal(Csv[2..], copy.ToArray());
    }

    [Fact]
    public async Task OpenAsync_PlainFile_IsAskedForOnce()
    {
        var source = Source(Csv);
        await using var opened = await OpenedFile.OpenAsync(source, Csv.Length, new CsvJobOptions(), default);

        Assert.Equal([(0L, (long)Csv.Length)], source.Requests);
    }

    private static Task<OpenedFile> OpenAsync(byte[] file, CsvJobOptions options) =>
        OpenedFile.OpenAsync(Source(file), file.Length, options, default);

    private static MemorySource Source(byte[] file) => new(file, new Random(1), 1_000);

    // The CRC in the directory at the end, which is what counts.
    private static byte[] Damaged()
    {
        var file = Packed.Zip(("in.csv", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1_000)))));
        var directory = file.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(directory + 16), 1);
        return file;
    }
}
