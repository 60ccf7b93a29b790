using Serverless.Csv.Proof;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>Takes a record of a job's input.</summary>
/// <param name="row">Its number.</param>
/// <param name="record">The record.</param>
internal delegate void RecordTaker(long row, in CsvRecord record);

/// <summary>A finished job's input, for what its rejects alone do not tell.</summary>
/// <param name="containers">The containers.</param>
/// <param name="index">The job's index.</param>
/// <param name="files">Its files, where there are several.</param>
internal sealed class MendInput(Containers containers, OutputIndex index, IndexedFiles? files)
{
    private readonly CsvPlan _plan = index.Plan with { Files = files?.Files };

    /// <summary>Reads all of it.</summary>
    /// <param name="reason">Begins the sentence for an input that is gone.</param>
    /// <param name="read">Reads the records.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <exception cref="CsvJobException">It was replaced or deleted since.</exception>
    public Task ReadAsync(string reason, Func<RecordFeed, Task> read, CancellationToken cancellationToken) =>
        ReadAsync(reason, index.DataStart, _plan.Size, read, cancellationToken);

    /// <summary>Reads the records of some numbers, and as little of the others as the job's proof tells apart.</summary>
    public async Task ReadAsync(string reason, IReadOnlySet<long> rows, RecordTaker take, CancellationToken cancellationToken)
    {
        if (_plan.IsSequential || index.Proof is not { } proof)
        {
            await ReadAsync(reason, feed => TakeAsync(feed, 0), cancellationToken);
            return;
        }

        var offsets = _plan.Files?.ToDictionary(f => f.Path, f => f.Offset, StringComparer.Ordinal);
        var wanted = rows.Order().ToArray();
        foreach (var piece in proof.Input.Where(p => HasAny(p, wanted)))
        {
            // Of several files a range counts the bytes of all.
            var before = piece.File is { } file ? offsets![file] : 0;
            await ReadAsync(
                reason, before + piece.Start, before + piece.End, feed => TakeAsync(feed, piece.FirstRow - 1), cancellationToken);
        }

        async Task TakeAsync(RecordFeed feed, long before)
        {
            do
            {
                while (feed.TryRead())
                {
                    var record = feed.Current;
                    if (rows.Contains(before + record.Row)) take(before + record.Row, record);
                }
            }
            while (await feed.FillAsync(cancellationToken));
        }
    }

    private static bool HasAny(InputPiece piece, long[] rows)
    {
        var at = Array.BinarySearch(rows, piece.FirstRow);
        if (at < 0) at = ~at;
        return at < rows.Length && piece.Has(rows[at]);
    }

    private async Task ReadAsync(
        string reason, long start, long end, Func<RecordFeed, Task> read, CancellationToken cancellationToken)
    {
        var incoming = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var range = new RangeTask("", _plan.ETag, "", start, end, start);
        try
        {
            await using var feed = await new RangeInput(incoming, _plan).OpenAsync(range, hash: null, cancellationToken);
            await read(feed);
        }
        catch (CsvJobException e)
        {
            throw new CsvJobException($"{reason}: incoming/{_plan.Path} was replaced or deleted since.", e);
        }
    }
}
