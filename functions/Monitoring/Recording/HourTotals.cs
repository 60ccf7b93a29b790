using System.Globalization;
using Azure.Data.Tables;
using Serverless.Monitoring.Store;

namespace Serverless.Monitoring.Recording;

/// <summary>
/// The counts of this instance in the current hour and in those that are not stored yet. Its rows hold the hour's counts so far, so that a
/// write that is tried again counts nothing twice.
/// </summary>
internal sealed class HourTotals(string instance)
{
    // Later, others may have folded the hour: a row that came then would count twice.
    private static readonly TimeSpan GiveUp = TimeSpan.FromHours(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<(DateTimeOffset Hour, string Task, string Lane), Row> _rows = [];
    private int _numbers;

    /// <summary>Counts a run in the hour in which it is told.</summary>
    public void Add(TaskExecution execution, DateTimeOffset now)
    {
        lock (_lock)
        {
            var hour = Hour(now);
            var key = (hour, execution.Task, execution.Lane);
            if (!_rows.TryGetValue(key, out var row))
            {
                var empty = new TotalsRow(execution.Task, execution.Lane, hour, new TaskTotals(), new MinuteCounts());
                _rows[key] = row = new Row(empty, string.Create(CultureInfo.InvariantCulture, $"{instance}-{++_numbers}"));
            }

            row.Sum.Totals.Add(execution);
            row.Sum.Minutes.Add(now.UtcDateTime.Minute, execution);
            row.Version++;
        }
    }

    /// <summary>The rows that changed, to be written, and what notes that they were.</summary>
    public (List<TableEntity> Rows, Action Written) TakeChanges(DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var (key, row) in _rows)
            {
                if (key.Hour != Hour(now) && (!row.IsDirty || key.Hour < now - GiveUp)) _rows.Remove(key);
            }

            var dirty = _rows.Values.Where(r => r.IsDirty).Select(r => (Row: r, r.Version)).ToList();
            return ([.. dirty.Select(d => d.Row.Sum.ToEntity(d.Row.RowKey))], () => Note(dirty));
        }
    }

    private static DateTimeOffset Hour(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    private void Note(List<(Row Row, long Version)> written)
    {
        lock (_lock)
        {
            foreach (var (row, version) in written) row.Stored = version;
        }
    }

    private sealed class Row(TotalsRow sum, string rowKey)
    {
        public TotalsRow Sum => sum;

        public string RowKey => rowKey;

        public long Version { get; set; }

        public long Stored { get; set; }

        public bool IsDirty => Stored < Version;
    }
}
