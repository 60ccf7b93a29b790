using System.Buffers.Binary;
using System.Text;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Sources;
using Serverless.TestSupport.Csv;
using Serverless.UnitTests.Csv.Ranges;

namespace Serverless.UnitTests.Csv.Sources;

public sealed class OpenedFileTests
{
    private static readonly byte[] _csv = "a,b\n1,2\n3,4\n"u8.ToArray();

    public static TheoryData<string, byte[], string?, string> Refused => new()
    {
        { "gzip in gzip", Packed.Gzip(Packed.Gzip(_csv)), null, "The gzip file holds another gzip file" },
        { "zip in gzip", Packed.Gzip(Packed.Zip(("a.csv", _csv))), null, "The gzip file holds another zip archive" },
        { "tar in gzip", Packed.Gzip([.. new byte[257], .. "ustar"u8, .. new byte[300]]), null, "The gzip file holds a tar archive" },
        { "gzip in zip", Packed.Zip(("a.csv.gz", Packed.Gzip(_csv))), null, "The zip archive holds another gzip file" },
        { "picture in zip", Packed.Zip(("a.csv", [0x89, .. "PNG\r\n"u8])), null, "The zip archive holds a PNG image" },
        { "two members", Packed.Zip(
            ("in.csv", _csv), ("in2.csv", _csv)), null, "holds 2 files, in.csv, in2.csv: say which one to read with the option member" },
        { "no such member", Packed.Zip(("in.csv", _csv), ("in2.csv", _csv)), "x.csv", "has no member \"x.csv\"; it holds in.csv, in2.csv" },
        { "two of the name", Packed.Zip(("1/in.csv", _csv), ("2/in.csv", _csv)), "in.csv", "more than one member \"in.csv\"" },
        { "no member", Packed.Zip(), null, "holds no file" },
        { "folders alone", Packed.Zip(("folder/", [])), null, "holds no file" },
        { "cut zip", Packed.Zip(("in.csv", _csv))[..^30], null, "damaged or not complete" },
        { "docx", Packed.Zip(("[Content_Types].xml", _csv), ("word/document.xml", _csv)), null, "a Word document" },
        { "pptx", Packed.Zip(("[Content_Types].xml", _csv), ("ppt/presentation.xml", _csv)), null, "a PowerPoint presentation" },
        { "xlsb", Packed.Zip(("[Content_Types].xml", _csv), ("xl/workbook.bin", _csv)), null, ".xlsb" },
        { "ods", Packed.Zip(
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"u8.ToArray()), ("content.xml", _csv)), null, "OpenDocument" },
        { "jar", Packed.Zip(("META-INF/MANIFEST.MF", _csv), ("A.class", _csv)), null, "a Java archive" },
        { "member of a plain file", _csv, "in.csv", "The option member is for zip archives" },
        { "member of a gzip file", Packed.Gzip(_csv), "in.csv", "The option member is for zip archives" },
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

    public static TheoryData<string, byte[], string?, PackingKind, string> Read => new()
    {
        { "plain", _csv, null, PackingKind.None, "" },
        { "gzip", Packed.Gzip(_csv), null, PackingKind.Gzip, "" },
        { "zip of one", Packed.Zip(("in.csv", _csv)), null, PackingKind.Zip, "in.csv" },
        { "zip of one beside what systems leave", Packed.Zip(
            ("d/", []), ("d/in.csv", _csv), ("__MACOSX/d/._in.csv", [1]), ("d/.DS_Store", [2])), null, PackingKind.Zip, "d/in.csv" },
        { "zip of two, chosen", Packed.Zip(("in.csv", [1]), ("in2.csv", _csv)), "in2.csv", PackingKind.Zip, "in2.csv" },
        { "zip of two, chosen without its folder", Packed.Zip(
            ("d/in.csv", [1]), ("d/in2.csv", _csv)), "in2.csv", PackingKind.Zip, "d/in2.csv" },
    };

    [Theory]
    [MemberData(nameof(Read))]
    public async Task OpenAsync_Text_IsTheSameHoweverItIsPacked(string name, byte[] file, string? member, PackingKind kind, string part)
    {
        await using var opened = await OpenAsync(file, new CsvJobOptions { Member = member });

        Assert.True(new FilePacking(kind, part) == opened.Packing, name);
        Assert.True(opened.IsWhole);
        Assert.Equal(_csv, opened.Sample.ToArray());
        await using var text = await PackedText.OpenAsync(Source(file), file.Length, opened.Packing, bomLength: 2, default);
        using var copy = new MemoryStream();
        await text.CopyToAsync(copy);
        Assert.Equal(_csv[2..], copy.ToArray());
    }

    [Fact]
    public async Task OpenAsync_PlainFile_IsAskedForOnce()
    {
        var source = Source(_csv);
        await using var opened = await OpenedFile.OpenAsync(source, _csv.Length, new CsvJobOptions(), default);

        Assert.Equal([(0L, (long)_csv.Length)], source.Requests);
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
