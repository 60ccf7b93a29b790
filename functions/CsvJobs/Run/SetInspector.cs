using System.Collections.Concurrent;
using Azure.Storage.Blobs;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Sets;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>
/// Looks at the files of a job: the largest says how all are written, and which schema they have where none is given. Each has its own
/// encoding, packing and lines above the header.
/// </summary>
internal static class SetInspector
{
    private const int Parallel = 16;
    private const int MaxFaultsShown = 10;

    /// <summary>Inspects all files.</summary>
    /// <returns>What holds for all, and the files.</returns>
    /// <exception cref="CsvJobException">Some do not fit; the message has the first of them.</exception>
    public static async Task<(FileFacts Facts, IReadOnlyList<InputFile> Files)> InspectAsync(
        BlobContainerClient incoming, FileListing listing, CsvJobOptions options, TableSchema? schema,
        CancellationToken cancellationToken)
    {
        var model = listing.Files.MaxBy(f => f.Size)!;
        var faults = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        if (await LookAsync(incoming, model, options, schema, faults, cancellationToken) is not { } facts) throw Refusal(faults, listing);

        options = options with { Delimiter = facts.Dialect.Delimiter, Quote = facts.Dialect.Quote, Header = facts.Dialect.HasHeader };
        var found = new ConcurrentDictionary<string, FileFacts>(StringComparer.Ordinal) { [model.Path] = facts };
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(
            listing.Files.Where(f => f != model && f.Size > 0), parallel, async (file, token) =>
            {
                if (faults.Count >= MaxFaultsShown) return;
                if (await LookAsync(incoming, file, options, schema ?? facts.Schema, faults, token) is not { } own) return;
                if (ColumnsOf(own).SequenceEqual(ColumnsOf(facts))) found[file.Path] = own;
                else faults[file.Path] = $"its columns are in another order than those of {model.Path}";
            });
        if (!faults.IsEmpty) throw Refusal(faults, listing);
        return (facts, Lay(listing, found, options.Proof ?? HashKind.XxHash128));
    }

    private static async Task<FileFacts?> LookAsync(
        BlobContainerClient incoming, ListedFile file, CsvJobOptions options, TableSchema? schema,
        ConcurrentDictionary<string, string> faults, CancellationToken cancellationToken)
    {
        var source = new IncomingSource(incoming.GetBlobClient(file.Path), file.ETag);
        try
        {
            var facts = await FileInspector.InspectAsync(source, file.Size, options, schema, cancellationToken);
            if (!facts.IsSequential || schema is null || (schema.KeyLists == 0 && schema.ColumnChecks.Sequences.Count == 0)) return facts;
            faults[file.Path] = "records of packed files, and in encodings that are read from the start, have no place by which keys " +
                "could be compared across files: unpack it, or run it as a job of its own";
        }
        catch (CsvJobException e)
        {
            faults[file.Path] = e.Message;
        }

        return null;
    }

    private static List<InputFile> Lay(FileListing listing, ConcurrentDictionary<string, FileFacts> found, HashKind hash)
    {
        var files = new List<InputFile>(listing.Files.Count);
        var (offset, nothing) = (0L, ByteHash.Of(hash, []));
        foreach (var file in listing.Files)
        {
            var laid = new InputFile(file.Path, file.ETag, offset, file.Size);
            files.Add(found.TryGetValue(file.Path, out var facts) ? laid with
            {
                DataStart = facts.DataStart,
                HeaderLines = facts.HeaderLines,
                Skipped = facts.Skipped,
                BomLength = facts.BomLength,
                Encoding = facts.Dialect.Encoding,
                SkipRows = facts.Dialect.SkipRows,
                Packing = facts.Packing,
                HeadHash = facts.HeadHash,
            } : laid with { HeadHash = nothing });
            offset += file.Size;
        }

        return files;
    }

    private static IEnumerable<(string Name, bool IsDropped)> ColumnsOf(FileFacts facts) =>
        facts.Schema.Fields.Select(f => (f.Name, f.IsDropped));

    private static CsvJobException Refusal(ConcurrentDictionary<string, string> faults, FileListing listing)
    {
        var shown = faults.OrderBy(f => f.Key, StringComparer.Ordinal).Take(MaxFaultsShown).Select(f => $"{f.Key}: {f.Value}");
        return new CsvJobException(
            $"Of {listing.Files.Count} files not all can be read as one table. {string.Join("; ", shown)}");
    }
}
