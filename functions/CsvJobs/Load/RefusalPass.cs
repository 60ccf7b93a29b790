using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// One pass over the rows of a load in the order of its commit: all go into the table but those that it refuses, which are noted. Of two
/// rows that cannot be there together the later is refused.
/// </summary>
/// <param name="connection">The connection, in a transaction.</param>
/// <param name="plan">The load.</param>
/// <param name="table">The table.</param>
internal sealed class RefusalPass(NpgsqlConnection connection, LoadPlan plan, TargetTable table)
{
    private readonly RowMover _mover = new(connection, plan);
    private readonly RowDivider _divider = new(connection, plan);
    private readonly HashSet<QualifiedName> _indexed = [];
    private readonly List<Refusal> _found = [];

    /// <summary>Loads the rows.</summary>
    /// <param name="ranges">The ranges, in the file's order.</param>
    /// <param name="loaded">How many of them are loaded, and the next was refused as a whole; null when nothing was done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The refusals; not all of them where there are too many.</returns>
    public async Task<IReadOnlyList<Refusal>> RunAsync(
        IReadOnlyList<LoadedRange> ranges, int? loaded, CancellationToken cancellationToken)
    {
        if (loaded is null) await _mover.ClearAsync(cancellationToken);
        var ownKeys = table.Constraints.Where(c => c.IsOwnKey(plan.Columns)).ToList();
        if (ownKeys.Count > 0) await LoadOrderedAsync(ownKeys, ranges, cancellationToken);
        else await LoadRangesAsync(ranges, loaded, cancellationToken);
        return _found;
    }

    private async Task LoadRangesAsync(IReadOnlyList<LoadedRange> ranges, int? loaded, CancellationToken cancellationToken)
    {
        var isRefused = loaded is not null;
        foreach (var range in ranges.Skip(loaded ?? 0))
        {
            // Where rows of the range before were refused, the whole of this one would most likely be tried in vain.
            var source = new RowSource(LoadTables.OfRange(plan, range), LoadPlan.RowColumn, $"SELECT 0 AS {LoadPlan.RangeColumn}, *");
            if (!isRefused && await _mover.TryAsync(
                LoadInserts.Compose(plan, LoadInserts.ComposeRows(plan, [range])), cancellationToken) is null) continue;
            var faults = await SeparateAsync(source, cancellationToken);
            _found.AddRange(faults.Select(f => new Refusal(range, f.Number, f)));
            if (_found.Count > RefusalFinder.MaxRefused) return;
            isRefused = faults.Count > 0;
        }
    }

    private async Task LoadOrderedAsync(
        IReadOnlyList<TargetConstraint> ownKeys, IReadOnlyList<LoadedRange> ranges, CancellationToken cancellationToken)
    {
        var rows = await OrderedRows.CreateAsync(connection, plan, ownKeys, ranges, cancellationToken);
        var source = new RowSource(rows.Table, OrderedRows.UnitColumn, "SELECT *", HasIndex: true);
        foreach (var fault in await SeparateAsync(source, cancellationToken))
        {
            var members = await rows.FindAsync(connection, fault.Number, cancellationToken);
            if (members is [var (_, place, row)])
            {
                _found.Add(new Refusal(ranges[place], row, fault));
                continue;
            }

            // Each by itself tells what is wrong with it. Where that is only that the others are missing, what they are refused for counts;
            // its detail is about one of them.
            var circle = source with { Number = OrderedRows.PlaceColumn, Filter = $"{OrderedRows.UnitColumn} = {fault.Number}" };
            var alone = await SeparateAsync(circle, cancellationToken);
            var isOnlyMissing = alone.All(f => ownKeys.Any(k => k.Name == f.Constraint));
            foreach (var member in alone)
            {
                var (_, at, number) = members.First(m => m.Place == member.Number);
                _found.Add(new Refusal(ranges[at], number, isOnlyMissing ? fault with { Detail = "" } : member));
            }

            if (_found.Count > RefusalFinder.MaxRefused) return;
        }
    }

    private async Task<IReadOnlyList<RowFault>> SeparateAsync(RowSource source, CancellationToken cancellationToken)
    {
        // An index is taken back with the savepoint in which it was made; a pass is within one.
        if (!_indexed.Add(source.Table)) source = source with { HasIndex = true };
        var faults = await _divider.SeparateAsync(source, RefusalFinder.MaxRefused - _found.Count, cancellationToken);
        var kept = new List<RowFault>();
        foreach (var fault in faults)
        {
            // Within the database it is not seen whether a policy refuses the row, or a right is missing for the statement.
            if (fault.State != PostgresErrorCodes.InsufficientPrivilege || await IsRefusedAsync(source, fault, cancellationToken))
                kept.Add(fault);
        }

        return kept;
    }

    private async Task<bool> IsRefusedAsync(RowSource source, RowFault fault, CancellationToken cancellationToken)
    {
        var row = source.Compose($"{source.Number} = {fault.Number}");
        return await _mover.TryAsync(LoadInserts.Compose(plan, row), cancellationToken) is not null;
    }
}

/// <summary>A row that the table refuses.</summary>
/// <param name="Range">Its range.</param>
/// <param name="Row">Its number there.</param>
/// <param name="Fault">Why.</param>
internal sealed record Refusal(LoadedRange Range, long Row, RowFault Fault);
