using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>Goes over the rejects: what is right now gets its place in the output, all else its line in the new list.</summary>
/// <param name="index">The output as it is.</param>
/// <param name="schema">The schema.</param>
/// <param name="selection">What was sent.</param>
/// <param name="raws">Reads records.</param>
/// <param name="findings">What was found of them before, and which are to be looked at again.</param>
/// <param name="maskKey">The key of masked values.</param>
/// <param name="output">Where the records go.</param>
/// <param name="load">The table that they go into as well; null for none.</param>
/// <param name="rejects">The new list.</param>
internal sealed class MendWriter(
    OutputIndex index, TableSchema schema, MendSelection selection, RawRecords raws, MendFindings findings, byte[]? maskKey,
    IMendedOutput output, RangeLoad? load, Stream rejects)
{
    // What is inserted is held in memory until its blocks are rewritten.
    private const int MaxBytes = 128 << 20;
    private const int TextBytes = 256 << 10;

    private readonly RecordCleaner _cleaner = new(schema, index.Plan.Output, index.Plan.Dialect, maskKey);
    private readonly RecordWriter _writer = load is null
        ? output.Writer : new TeeRecordWriter(output.Writer, RecordWriters.Project(schema, load.Writer));
    private readonly RejectWriter _refused = new(schema);
    private readonly PendingBuffer _lines = new();
    private readonly Dictionary<(string Code, string Field), RejectReason> _reasons = [];
    private readonly List<long> _dropped = [];
    private readonly HashSet<long> _accepted = [];
    private readonly List<long> _resent = [];
    private readonly Dictionary<string, long> _acceptedOfFiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _droppedOfFiles = new(StringComparer.Ordinal);
    private int _named;
    private long _rejected;

    /// <summary>The records that are in the output from now on.</summary>
    public IReadOnlySet<long> Accepted => _accepted;

    /// <summary>The records that are gone for good.</summary>
    public IReadOnlyList<long> Dropped => _dropped;

    /// <summary>The records that are still wrong, and have values for masked columns that are not those of the file.</summary>
    public IReadOnlyList<long> Resent => _resent;

    /// <summary>Records that were touched and are still wrong.</summary>
    public long StillWrong { get; private set; }

    /// <summary>Records that were sent and are none of the rejects.</summary>
    public long Unknown => selection.Count - _named;

    /// <summary>Anything is other than it was.</summary>
    public bool IsChange => _accepted.Count + _dropped.Count + StillWrong > 0;

    /// <summary>Goes over the list.</summary>
    /// <exception cref="CsvJobException">More was sent than one round takes.</exception>
    public async Task RunAsync(Stream before, CancellationToken cancellationToken)
    {
        _lines.Append((index.Plan.IsSet ? RejectPart.HeaderOfFiles : RejectPart.Header).Span);
        using var reader = new RejectReader(before);
        do
        {
            while (reader.TryRead())
            {
                Take(reader);
                if (_refused.Buffered > 0) await StoreRefusedAsync(reader, cancellationToken);
                if (_lines.Length >= TextBytes) await StoreAsync(cancellationToken);
                if (load?.Writer.Buffered >= TextBytes) await load.StoreAsync(MendLoader.First, cancellationToken);
            }
        }
        while (await reader.FillAsync(cancellationToken));
        await StoreAsync(cancellationToken);
    }

    /// <summary>The counts of the files from now on.</summary>
    public IndexedFiles CountFiles(IndexedFiles before) => before.Mend(_acceptedOfFiles, _droppedOfFiles);

    /// <summary>The statistics of all records from now on.</summary>
    public ChunkStatistics BuildStatistics(ChunkStatistics before)
    {
        var mended = _cleaner.CreateStatistics() with { Rejected = 0, Reasons = [] };
        return before.Merge(mended) with { Rejected = _rejected, Reasons = ChunkStatistics.Order(_reasons.Values) };
    }

    private void Take(RejectReader reject)
    {
        var choice = selection.Find(reject, out var isNamed);
        if (isNamed) _named++;
        if (choice is { Raw: null })
        {
            _dropped.Add(reject.Row);
            CountFile(_droppedOfFiles, reject);
            output.Pass(reject.Row);
        }
        else if (choice is not null)
        {
            if (Clean(reject, choice)) return;
            StillWrong++;
            if (choice.IsResent) _resent.Add(reject.Row);
        }
        else if (findings.Revived.TryGetValue(reject.Row, out var raw))
        {
            Clean(reject, new MendChoice(reject.Row, raw));
        }
        else
        {
            Keep(reject);
        }
    }

    private void Keep(RejectReader reject)
    {
        _lines.Append(reject.Verbatim);
        _lines.Append((byte)'\n');
        Count(reject, reject.Fault);
        output.Pass(reject.Row);
    }

    private bool Clean(RejectReader reject, MendChoice choice)
    {
        using var reader = raws.TryRead(choice.Bytes)
            ?? throw new CsvJobException($"What was sent for record {reject.Row} is not one record.");
        var record = RawRecords.ReadAt(reader, reject.Row, reject.Line);
        RecordFault fault;
        if (load is not null) load.Writer.Row = reject.Row;
        if (choice.Unknown is { } unknown)
        {
            fault = new RecordFault(
                unknown, ErrorCodes.ConstraintError, $"expected the value itself, as the file does not tell it, found {MaskText.Hidden}");
        }
        else if (load?.FindRefusal(reject.Row) is { } refusal)
        {
            fault = new RecordFault(refusal.Field, ErrorCodes.DatabaseConstraint, refusal.Message);
        }
        else if (_cleaner.TryClean(record, _writer, findings.Faulty.GetValueOrDefault(reject.Row, -1), out fault))
        {
            output.Insert(reject.Row);
            _accepted.Add(reject.Row);
            CountFile(_acceptedOfFiles, reject);
            if (output.Length > MaxBytes)
                throw new CsvJobException($"One round mends {MaxBytes >> 20} MiB of records at most: send them in several.");
            return true;
        }

        // What the corrected file would have rejected is the later one, which is out already: who reads that is told.
        if (fault.Code is ErrorCodes.UniqueError or ErrorCodes.PrimaryKey && findings.FindHolder(reject.Row) is { } holder)
            fault = fault with { Message = $"{fault.Message}: record {holder} behind it has it and stays in the output" };
        output.Pass(reject.Row);
        _refused.Write(record, fault);
        Count(reject, (fault.Field, fault.Code, fault.Message));
        return false;
    }

    private void Count(RejectReader reject, (string Field, string Code, string Message) fault)
    {
        _rejected++;
        var key = (fault.Code, fault.Field);
        if (_reasons.TryGetValue(key, out var first)) _reasons[key] = first with { Count = first.Count + 1 };
        else _reasons[key] = new RejectReason(fault.Code, fault.Field, 1, reject.Row, reject.Line, fault.Message, FileOf(reject));
    }

    private static string? FileOf(RejectReader reject) => reject.File is { Length: > 0 } file ? file : null;

    private static void CountFile(Dictionary<string, long> counts, RejectReader reject)
    {
        if (FileOf(reject) is { } file) counts[file] = counts.GetValueOrDefault(file) + 1;
    }

    private async Task StoreRefusedAsync(RejectReader reject, CancellationToken cancellationToken)
    {
        await StoreAsync(cancellationToken);
        var file = FileOf(reject);
        using var part = new MemoryStream(_refused.Pending.ToArray());
        await RejectPart.CopyAsync(part, 0, 0, rejects, file is null ? null : Begin, cancellationToken);
        _refused.Clear();

        long Begin(long line, PendingBuffer beginning)
        {
            CsvText.Append(beginning, Encoding.UTF8.GetBytes(file));
            beginning.Append((byte)',');
            return line;
        }
    }

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        await rejects.WriteAsync(_lines.Memory, cancellationToken);
        _lines.Truncate(0);
    }
}
