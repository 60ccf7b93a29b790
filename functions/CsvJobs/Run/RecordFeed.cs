using Serverless.Csv.Ranges;
using Serverless.CsvJobs.Sets;
using Serverless.CsvJobs.Sources;
using Serverless.CsvParsing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>Records one after the other: of a range, or of a file that can be read from its start only.</summary>
internal abstract class RecordFeed : IAsyncDisposable
{
    public abstract CsvRecord Current { get; }

    /// <summary>
    /// The position of the first record, or of a comment before it: what the range's outcome is known by. Set once a record was read.
    /// </summary>
    public abstract long First { get; }

    /// <summary>The position of the current record.</summary>
    public abstract long Position { get; }

    /// <summary>The comment lines passed over so far.</summary>
    public abstract long Comments { get; }

    public abstract bool TryRead();

    public abstract ValueTask<bool> FillAsync(CancellationToken cancellationToken);

    /// <summary>The positions of the first record and of the next one, and the counts of records and lines.</summary>
    public abstract (long First, long Next, long Rows, long Lines) End();

    /// <summary>The records of each file, where there are several; null where there is one.</summary>
    public virtual IReadOnlyList<FileSegment>? Files => null;

    /// <summary>Hashes what is left, once every record was read: then the hash has all that it is to have.</summary>
    public abstract ValueTask EndHashAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens a range of one file as its plan says to read it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="task">The range.</param>
    /// <param name="source">The file.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <param name="hash">Takes the bytes of the range's records, or of a file that is read from its start; null for nobody.</param>
    public static async ValueTask<RecordFeed> OpenAsync(
        CsvPlan plan, RangeTask task, IRangeSource source, CancellationToken cancellationToken, ByteHash? hash = null)
    {
        if (!plan.IsSequential)
            return new RangeFeed(
                new RangeReader(source, plan.Size, plan.Dialect, new ByteRange(task.Start, task.End), task.First, hash, plan.Columns));

        if (hash is not null) source = new HashedSource(source, plan.Size, hash);
        var stream = await PackedText.OpenAsync(source, plan.Size, plan.Packing, plan.BomLength, cancellationToken);
        var reader = new CsvRecordReader(stream, plan.Dialect, plan.BomLength);
        await HeaderReader.ReadAsync(reader, plan.Dialect, cancellationToken);
        return new StreamFeed(stream, reader, source as HashedSource);
    }

    private sealed class RangeFeed(RangeReader reader) : RecordFeed
    {
        public override CsvRecord Current => reader.Current;

        public override long First => reader.First;

        public override long Position => reader.Position;

        public override long Comments => reader.Comments;

        public override bool TryRead() => reader.TryRead();

        public override ValueTask<bool> FillAsync(CancellationToken cancellationToken) => reader.FillAsync(cancellationToken);

        public override (long First, long Next, long Rows, long Lines) End()
        {
            var result = reader.Result;
            return (result.First, result.Next, result.Rows, result.Lines);
        }

        public override ValueTask EndHashAsync(CancellationToken cancellationToken)
        {
            reader.EndHash();
            return ValueTask.CompletedTask;
        }

        public override ValueTask DisposeAsync() => reader.DisposeAsync();
    }

    private sealed class StreamFeed(Stream stream, CsvRecordReader reader, HashedSource? source) : RecordFeed
    {
        private readonly long _first = reader.NextPosition;
        private readonly long _rowsBefore = reader.Row;
        private readonly long _linesBefore = reader.NextLine - 1;
        private readonly long _commentsBefore = reader.Comments;

        public override CsvRecord Current
        {
            get
            {
                // Counted as in a range: from the first record, not from the header.
                var record = reader.Current;
                return new CsvRecord
                {
                    Raw = record.Raw,
                    Fields = record.Fields,
                    Row = record.Row - _rowsBefore,
                    Line = record.Line - _linesBefore,
                    Unclosed = record.Unclosed,
                };
            }
        }

        public override long First => _first;

        public override long Position => reader.Position;

        public override long Comments => reader.Comments - _commentsBefore;

        public override bool TryRead() => reader.TryRead();

        public override ValueTask<bool> FillAsync(CancellationToken cancellationToken) => reader.FillAsync(cancellationToken);

        public override (long First, long Next, long Rows, long Lines) End() =>
            (_first, reader.NextPosition, reader.Row - _rowsBefore, reader.NextLine - 1 - _linesBefore);

        public override ValueTask EndHashAsync(CancellationToken cancellationToken) =>
            source?.FinishAsync(cancellationToken) ?? ValueTask.CompletedTask;

        public override async ValueTask DisposeAsync()
        {
            reader.Dispose();
            await stream.DisposeAsync();
        }
    }
}
