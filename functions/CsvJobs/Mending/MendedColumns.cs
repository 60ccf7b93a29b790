using System.Text;
using Serverless.Csv.Checks;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// Holds columns against each other once more, with mended records in the place of those of the file, which is read again for that: once
/// for sequences and averages, and where there are averages once more for what lies far from them.
/// </summary>
/// <param name="index">What was mended before.</param>
/// <param name="schema">The schema.</param>
/// <param name="raws">Reads and writes records.</param>
/// <param name="maskKey">The key of masked values.</param>
/// <param name="findings">Receives what is found.</param>
internal sealed class MendedColumns(OutputIndex index, TableSchema schema, RawRecords raws, byte[]? maskKey, MendFindings findings)
{
    private readonly int[] _columns = [.. schema.ColumnChecks.Fields.Select(schema.PlaceOf).Distinct()];
    private readonly HashSet<long> _dropped = [.. index.Dropped];
    private readonly Dictionary<long, KeptCells> _cells = (index.Cells ?? []).ToDictionary(c => c.Row);
    private readonly RecordCleaner _sent = new(schema, index.Plan.Output, index.Plan.Dialect, maskKey);
    private readonly HashSet<long> _hidden = [];
    private IReadOnlyList<Deviation>? _deviations;
    private bool _isChange;

    /// <summary>Notes a reject.</summary>
    /// <param name="reject">Stands on the reject.</param>
    /// <param name="choice">What becomes of it; null when it stays as it is.</param>
    public void Add(RejectReader reject, MendChoice? choice)
    {
        if (choice is null)
        {
            if (reject.Fault.Code != ErrorCodes.SequentialValue) return;

            // It may follow now. The list does not have masked values; of what was sent nobody has them.
            if (!index.Plan.HasMasks) findings.TryRevive(reject.Row, reject.Raw);
            else if (!_cells.ContainsKey(reject.Row)) _hidden.Add(reject.Row);
            return;
        }

        _isChange = true;
        _cells.Remove(reject.Row);
        if (choice.Raw is { } raw) _cells[reject.Row] = new KeptCells(reject.Row, ReadCells(raw));
        else _dropped.Add(reject.Row);
    }

    /// <summary>Compares all records.</summary>
    /// <exception cref="CsvJobException">One that is in the output does not follow the others now.</exception>
    public async Task CompareAsync(MendInput input, OwnRejects rejects, CancellationToken cancellationToken)
    {
        if (!_isChange) return;
        if (_hidden.Count > 0)
        {
            await input.ReadAsync(
                "Masked values are taken from the file", _hidden,
                (long row, in CsvRecord record) => findings.TryRevive(row, Encoding.UTF8.GetString(record.Raw)), cancellationToken);
        }

        var cleaner = CreateCleaner();
        var scan = new ColumnScan(schema, cleaner);
        await ScanAsync(input, cleaner, scan.Take, cancellationToken);
        await CheckSequencesAsync(scan.State.Sequences, rejects, cancellationToken);
        await FindDeviationsAsync(scan.State.Moments, input, cancellationToken);
    }

    /// <summary>The values that later rounds need.</summary>
    public IReadOnlyList<KeptCells> Keep() => [.. _cells.Values.OrderBy(c => c.Row)];

    /// <summary>The statistics with the values that lie far from an average now.</summary>
    public ChunkStatistics Describe(ChunkStatistics statistics) => _isChange ? statistics with { Deviations = _deviations } : statistics;

    private RecordCleaner CreateCleaner() => new(schema, index.Plan.Output, index.Plan.Dialect, maskKey);

    private string?[] ReadCells(string raw)
    {
        var cells = new string?[_columns.Length];
        using var reader = raws.TryRead(Encoding.UTF8.GetBytes(raw));
        if (reader is null) return cells;
        _sent.TryClean(reader.Current, DiscardingWriter.Instance, out _);
        foreach (var (i, column) in _columns.Index())
        {
            if (_sent.HasValue(column)) cells[i] = raws.Decode(reader.Current, column);
        }

        return cells;
    }

    private Task ScanAsync(
        MendInput input, RecordCleaner cleaner, Action<long> take, CancellationToken cancellationToken) => input.ReadAsync(
        "The schema holds values of a column against each other",
        async feed =>
        {
            do
            {
                while (feed.TryRead())
                {
                    var row = feed.Current.Row;
                    if (_dropped.Contains(row)) continue;
                    if (_cells.TryGetValue(row, out var cells)) Clean(cells, cleaner);
                    else cleaner.TryClean(feed.Current, DiscardingWriter.Instance, out _);
                    take(row);
                }
            }
            while (await feed.FillAsync(cancellationToken));
        },
        cancellationToken);

    // A record with these values and no others: only what is held against others counts here.
    private void Clean(KeptCells cells, RecordCleaner cleaner)
    {
        if (cells.Values.All(v => v is null))
        {
            cleaner.TryClean(new CsvRecord { Raw = [], Fields = [], Row = cells.Row, Line = 0 }, DiscardingWriter.Instance, out _);
            return;
        }

        var values = new string[schema.Fields.Count];
        Array.Fill(values, "");
        foreach (var (value, column) in cells.Values.Zip(_columns)) values[column] = value ?? "";
        using var reader = raws.Compose(values) is { } raw ? raws.TryRead(Encoding.UTF8.GetBytes(raw)) : null;
        if (reader is null) throw new CsvJobException($"The values of record {cells.Row} cannot be read again: nothing was changed.");
        cleaner.TryClean(reader.Current, DiscardingWriter.Instance, out _);
    }

    private async Task CheckSequencesAsync(
        IReadOnlyList<SequenceState> sequences, OwnRejects rejects, CancellationToken cancellationToken)
    {
        var broken = sequences.Index().Where(s => s.Item.Break >= 0).ToList();
        var accepted = broken.Select(s => s.Item.Break).ToHashSet();
        await rejects.VisitAsync(reject => accepted.Remove(reject.Row), cancellationToken);
        foreach (var (number, sequence) in broken)
        {
            if (accepted.Contains(sequence.Break))
            {
                throw new CsvJobException(
                    $"With what was sent, record {sequence.Break} is the first to break the sequence of " +
                    $"\"{schema.ColumnChecks.Sequences[number]}\", and it is in the output: run the corrected file as a job of its own. " +
                    $"Nothing was changed.");
            }

            findings.MarkFaulty(sequence.Break, schema.KeyLists + number);
        }
    }

    private async Task FindDeviationsAsync(IReadOnlyList<Moments> moments, MendInput input, CancellationToken cancellationToken)
    {
        var cleaner = CreateCleaner();
        var counters = moments.Zip(schema.ColumnChecks.Deviations, (m, check) => (check.Field, Bounds: DeviationBounds.Of(m, check)))
            .Where(d => d.Bounds is not null)
            .Select(d => new DeviationCounter(schema, cleaner, d.Field, d.Bounds!)).ToList();
        if (counters.Count == 0) return;
        await ScanAsync(input, cleaner, TakeAll, cancellationToken);
        _deviations = [.. counters.Select(c => c.Deviation)];

        void TakeAll(long row)
        {
            foreach (var counter in counters) counter.Take(row);
        }
    }
}
