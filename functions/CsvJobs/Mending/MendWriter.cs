using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>Goes over the rejects: what is right now gets its place in the output, all else its line in the new list.</summary>
internal sealed class MendWriter(
    OutputIndex index, TableSchema schema, MendSelection selection, RawRecords raws, IReadOnlyDictionary<long, int> repeated,
    Stream rejects)
{
    // What is inserted is held in memory until its blocks are rewritten.
    private const int MaxBytes = 128 << 20;
    private const int TextBytes = 256 << 10;

    private readonly RecordCleaner _cleaner = new(schema, index.Plan.Output, index.Plan.Dialect);
    private readonly IRecordWriter _writer = RecordWriters.Create(schema, index.Plan.Output);
    private readonly RejectWriter _refused = new(schema);
    private readonly PendingBuffer _lines = new();
    private readonly Dictionary<(string Code, string Field), RejectReason> _reasons = [];
    private readonly List<long> _dropped = [];
    private readonly HashSet<long> _accepted = [];
    private int _named;
    private long _rejected;

    /// <summary>The place for mended records.</summary>
    public Insertions Insertions { get; } = new(index.Blocks, index.Dropped);

    /// <summary>The records that are in the output from now on.</summary>
    public IReadOnlySet<long> Accepted => _accepted;

    /// <summary>The records that are gone for good.</summary>
    public IReadOnlyList<long> Dropped => _dropped;

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
        _lines.Append(RejectPart.Header.Span);
        using var reader = new RejectReader(before);
        do
        {
            while (reader.TryRead())
            {
                Take(reader);
                if (_refused.Buffered > 0) await StoreRefusedAsync(cancellationToken);
                if (_lines.Length >= TextBytes) await StoreAsync(cancellationToken);
            }
        }
        while (await reader.FillAsync(cancellationToken));
        await StoreAsync(cancellationToken);
    }

    /// <summary>The statistics of all records from now on.</summary>
    public ChunkStatistics BuildStatistics(ChunkStatistics before)
    {
        var mended = _cleaner.CreateStatistics() with { Rejected = 0, Reasons = [] };
        return before.Merge(mended) with { Rejected = _rejected, Reasons = ChunkStatistics.Order(_reasons.Values) };
    }

    private void Take(RejectReader reject)
    {
        var mended = selection.Find(reject, out var isNamed);
        if (isNamed) _named++;
        if (mended is null)
        {
            Keep(reject);
        }
        else if (mended.Raw is null)
        {
            _dropped.Add(reject.Row);
            Insertions.Pass(reject.Row, []);
        }
        else
        {
            Clean(reject, mended.Raw);
        }
    }

    private void Keep(RejectReader reject)
    {
        _lines.Append(reject.Verbatim);
        _lines.Append((byte)'\n');
        var (field, code, message) = reject.Fault;
        Count(new RejectReason(code, field, 1, reject.Row, reject.Line, message));
        Insertions.Pass(reject.Row, []);
    }

    private void Clean(RejectReader reject, string raw)
    {
        using var reader = raws.TryRead(Encoding.UTF8.GetBytes(raw))
            ?? throw new CsvJobException($"What was sent for record {reject.Row} is not one record.");
        var record = RawRecords.ReadAt(reader, reject.Row, reject.Line);
        if (_cleaner.TryClean(record, _writer, repeated.GetValueOrDefault(reject.Row, -1), out var fault))
        {
            Insertions.Pass(reject.Row, _writer.Pending.Span);
            _writer.Clear();
            _accepted.Add(reject.Row);
            if (Insertions.Length > MaxBytes)
                throw new CsvJobException($"One round mends {MaxBytes >> 20} MiB of records at most: send them in several.");
            return;
        }

        StillWrong++;
        Insertions.Pass(reject.Row, []);
        _refused.Write(record, fault);
        Count(new RejectReason(fault.Code, fault.Field, 1, reject.Row, reject.Line, fault.Message));
    }

    private void Count(RejectReason reason)
    {
        _rejected++;
        var key = (reason.Code, reason.Field);
        _reasons[key] = _reasons.TryGetValue(key, out var first) ? first with { Count = first.Count + 1 } : reason;
    }

    private async Task StoreRefusedAsync(CancellationToken cancellationToken)
    {
        await StoreAsync(cancellationToken);
        using var part = new MemoryStream(_refused.Pending.ToArray());
        await RejectPart.CopyAsync(part, 0, 0, rejects, cancellationToken: cancellationToken);
        _refused.Clear();
    }

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        await rejects.WriteAsync(_lines.Memory, cancellationToken);
        _lines.Truncate(0);
    }
}
