using Serverless.Csv.Checks;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Cleaning;

/// <summary>The findings of some records in a row in the columns whose values are held against each other.</summary>
/// <param name="Sequences">Of each column that is a sequence.</param>
/// <param name="Moments">Of each column whose values are near their average.</param>
internal sealed record ScannedColumns(IReadOnlyList<SequenceState> Sequences, IReadOnlyList<Moments> Moments)
{
    /// <summary>The same for these records and those behind them.</summary>
    public ScannedColumns Append(ScannedColumns behind) => new(
        [.. Sequences.Zip(behind.Sequences, (a, b) => a.Append(b))], [.. Moments.Zip(behind.Moments, (a, b) => a.Add(b))]);
}

/// <summary>Reads columns whose values are held against each other: of all records, whether they are accepted or not.</summary>
internal sealed class ColumnScan
{
    private readonly RecordCleaner _cleaner;
    private readonly (int Column, SequenceTracker Tracker)[] _sequences;
    private readonly (int Column, MomentsCounter Counter)[] _moments;

    public ColumnScan(TableSchema schema, RecordCleaner cleaner)
    {
        _cleaner = cleaner;
        _sequences = [.. schema.ColumnChecks.Sequences.Select(schema.PlaceOf).Select(c => (c, new SequenceTracker(Number(c))))];
        _moments = [
            .. schema.ColumnChecks.Deviations.Select(d => schema.PlaceOf(d.Field)).Select(c => (c, new MomentsCounter(Number(c)))),
        ];

        INumberValue Number(int column) => (INumberValue)cleaner.Values[column];
    }

    public ScannedColumns State => new([.. _sequences.Select(s => s.Tracker.State)], [.. _moments.Select(m => m.Counter.Moments)]);

    /// <summary>Takes the record that was cleaned last.</summary>
    /// <param name="position">Where it starts.</param>
    public void Take(long position)
    {
        foreach (var (column, tracker) in _sequences) tracker.Take(position, _cleaner.HasValue(column));
        foreach (var (column, counter) in _moments)
        {
            if (_cleaner.HasValue(column)) counter.Take();
        }
    }
}
