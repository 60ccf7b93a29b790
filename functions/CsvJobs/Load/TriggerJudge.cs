namespace Serverless.CsvJobs.Load;

/// <summary>
/// Picks among rows that were refused when they came alone: a trigger that is called once a statement, or at the end, judges a row
/// together with others, and may take it with them.
/// </summary>
internal sealed class TriggerJudge(Npgsql.NpgsqlConnection connection, LoadPlan plan, TableTriggers triggers)
{
    private readonly RowMover _mover = new(connection, plan);

    /// <summary>Picks the rows that are refused with all others there.</summary>
    /// <param name="ranges">The ranges, in the file's order.</param>
    /// <param name="found">The rows that were refused, in a pass that ended well.</param>
    /// <param name="accepted">How many rows there are.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CsvJobException">A trigger cannot tell them from others.</exception>
    public async Task<IReadOnlyList<Refusal>> PickAsync(
        IReadOnlyList<LoadedRange> ranges, IReadOnlyList<Refusal> found, long accepted, CancellationToken cancellationToken)
    {
        if (found.FirstOrDefault(f => triggers.FindOfStatement(f.Fault.Context) is not null) is { } first)
        {
            found = await PickOfStatementAsync(ranges, found, accepted, cancellationToken)
                ?? throw Fail(triggers.FindOfStatement(first.Fault.Context)!, first.Fault.Message);
        }

        return found.Any(f => triggers.IsDeferred(f.Fault.Context))
            ? await new DeferredJudge(connection, plan, triggers).PickAsync(ranges, found, cancellationToken) : found;
    }

    /// <summary>The end of a load of which more is refused than can be told apart.</summary>
    public CsvJobException FailOfMany(RowFault last) => triggers.FindOfStatement(last.Context) is { } trigger
        ? Fail(trigger, last.Message) : LoadFaults.FailOfMany(plan, last);

    // The parts in which rows were looked for are other statements than those of the commit. Rows that a trigger refuses alone are refused
    // if it refuses the whole with them, and takes it without: then it judges each by itself. Null: it does not.
    private async Task<IReadOnlyList<Refusal>?> PickOfStatementAsync(
        IReadOnlyList<LoadedRange> ranges, IReadOnlyList<Refusal> found, long accepted, CancellationToken cancellationToken)
    {
        var others = found.Where(f => triggers.FindOfStatement(f.Fault.Context) is null).ToList();
        await RefusalFinder.ReturnAsync(connection, cancellationToken);
        if ((await _mover.MoveAsync(ranges, others, cancellationToken)).Fault is not { } fault) return others;
        if (triggers.FindOfStatement(fault.Where) is null || found.Count == accepted) return null;
        await RefusalFinder.ReturnAsync(connection, cancellationToken);
        return (await _mover.MoveAsync(ranges, found, cancellationToken)).Fault is null ? found : null;
    }

    private CsvJobException Fail(TableTrigger trigger, string message) => new(
        $"The trigger \"{trigger.Name.Name}\" of {plan.Schema}.{plan.Table} refused the load: {message.TrimEnd('.')}. It is called " +
        "once for all records of a statement and cannot tell which of them it means, and what it refuses alone it may take with others: " +
        "nothing was loaded. Make it a trigger FOR EACH ROW, or mend the records that break its rule, or reject them by a rule of the " +
        "schema.");
}
