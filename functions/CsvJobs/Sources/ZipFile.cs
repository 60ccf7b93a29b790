using System.IO.Compression;
using Serverless.CsvJobs.Workbooks;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Sources;

/// <summary>A zip archive in storage: what it is, and the one member of it that is read.</summary>
internal static class ZipFile
{
    private const int MaxShown = 10;

    private static readonly (string Prefix, string Name)[] Documents =
    [
        ("xl/workbook.bin", "a binary Excel workbook (.xlsb): save it as .xlsx or as CSV"),
        ("word/", "a Word document"),
        ("ppt/", "a PowerPoint presentation"),
        ("META-INF/MANIFEST.MF", "a Java archive"),
        ("AndroidManifest.xml", "an Android app"),
        ("Index/Document.iwa", "a Numbers or Pages document: export it as CSV"),
    ];

    /// <summary>Opens an archive, whose directory is read.</summary>
    /// <exception cref="InvalidDataException">It is damaged or not complete.</exception>
    public static async Task<ZipArchive> OpenAsync(IRangeSource source, long size, CancellationToken cancellationToken)
    {
        var stream = new RandomAccessStream(source, size);
        try
        {
            return await ZipArchive.CreateAsync(stream, ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                "The zip archive is damaged or not complete: its directory, at the end, cannot be read. Send the whole file again.", e);
        }
    }

    /// <summary>Finds out what is to be read of an archive.</summary>
    /// <param name="source">The file.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="options">What was asked for.</param>
    /// <exception cref="CsvJobException">It holds no table, or several and none was asked for.</exception>
    public static FilePacking Choose(IRangeSource source, long size, ZipArchive archive, CsvJobOptions options)
    {
        if (archive.GetEntry(Workbook.MainPart) is not null)
            return new FilePacking(PackingKind.Workbook, Workbook.ChooseSheet(source, size, archive, options));
        if (options.Sheet is not null)
            throw new CsvJobException("The option sheet is for Excel workbooks, and this file is a zip archive of others.");

        foreach (var (prefix, name) in Documents)
        {
            if (archive.Entries.Any(e => e.FullName.StartsWith(prefix, StringComparison.Ordinal)))
                throw new CsvJobException($"The file is {name}, not CSV.");
        }

        if (archive.GetEntry("mimetype") is { } kind && kind.Length < 200 && archive.GetEntry("content.xml") is not null)
            throw new CsvJobException(
                "The file is an OpenDocument file (such as an .ods spreadsheet), not CSV: save it as .xlsx or as CSV.");

        var members = archive.Entries.Where(IsFile).ToList();
        if (options.Member is { } asked)
        {
            var found = members.Where(m => m.FullName == asked).ToList() is [var exact]
                ? [exact] : members.Where(m => m.Name == asked).ToList();
            return found is [var one]
                ? new FilePacking(PackingKind.Zip, one.FullName)
                : throw new CsvJobException(
                    $"The zip archive has {(found.Count == 0 ? "no" : "more than one")} member \"{asked}\"; it holds {List(members)}.");
        }

        return members switch
        {
            [] => throw new CsvJobException("The zip archive holds no file."),
            [var only] => new FilePacking(PackingKind.Zip, only.FullName),
            _ => throw new CsvJobException(
                $"The zip archive holds {members.Count} files, {List(members)}: say which one to read with the option member (on the " +
                $"command line --member NAME)."),
        };
    }

    /// <summary>Opens a member, which is held against its CRC-32 and length while it is read.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static async Task<Stream> OpenMemberAsync(ZipArchive archive, string name, CancellationToken cancellationToken)
    {
        // Two members of one name are told apart by nobody.
        var entry = archive.GetEntry(name) ?? throw new InvalidDataException($"The zip archive has no member \"{name}\".");
        if (entry.IsEncrypted)
            throw new InvalidDataException($"The member \"{name}\" of the zip archive is encrypted: send it without a password.");
        try
        {
            return new CheckedStream(await entry.OpenAsync(cancellationToken), entry.Crc32, entry.Length, archive);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"The member \"{name}\" of the zip archive cannot be read: it is damaged, or compressed in a way that is not known here.",
                e);
        }
    }

    private static bool IsFile(ZipArchiveEntry entry) =>
        entry.Name.Length > 0
        && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal)
        && entry.Name is not (".DS_Store" or "Thumbs.db" or "desktop.ini");

    private static string List(List<ZipArchiveEntry> members) =>
        string.Join(", ", members.Take(MaxShown).Select(m => m.FullName)) + (members.Count > MaxShown ? ", ..." : "");
}
