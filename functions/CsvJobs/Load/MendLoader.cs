using Serverless.Csv.Schema;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Loads mended records: while a round is staged into a table of the round's own, where what the target would refuse is found, and with its
/// commit from there into the target. For the database a round is a load like that of a job, with a line in the list of finished ones.
/// </summary>
internal sealed class MendLoader(LoadConnections connections, LoadPreparer preparer, RangeLoader loader, LoadCommitter committer)
{
    /// <summary>The place of a round's records, which are those of one range.</summary>
    public const long First = 0;

    private static readonly LoadedRange Whole = new(First, First, First);

    /// <summary>
    /// Plans a round's load by the table as it is now, and forgets what a run before has left, unless the table has refused some of it.
    /// </summary>
    /// <param name="loaded">The load of the job.</param>
    /// <param name="round">The round's id.</param>
    /// <param name="schema">The file's schema.</param>
    /// <param name="refusals">How many times it has.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    /// <exception cref="CsvJobException">There is no such table any more, or it takes other columns.</exception>
    public async Task<LoadPlan> PrepareAsync(
        LoadPlan loaded, string round, TableSchema schema, int refusals, CancellationToken cancellationToken)
    {
        // What is there stays, whatever became of it when the job began.
        var mode = loaded.Mode == LoadMode.Upsert ? LoadMode.Upsert : LoadMode.Append;
        var options = new LoadOptions(loaded.Connection, $"{loaded.Schema}.{loaded.Table}", mode, loaded.Key, Create: false);
        if (refusals == 0)
            await LoadTables.DropAsync(connections.Open(loaded.Connection), loaded.Schema, round, cancellationToken);
        return await preparer.PrepareAsync(round, options, schema, cancellationToken);
    }

    /// <summary>Opens what takes the records for one pass over them.</summary>
    /// <param name="plan">The round's load.</param>
    /// <param name="refused">What the passes before have found.</param>
    public RangeLoad Open(LoadPlan plan, IReadOnlyDictionary<long, RefusedRow> refused) =>
        loader.Open(plan, Whole.Start, Whole.End, refused);

    /// <summary>Puts the records into the table, once.</summary>
    /// <returns>How many of them the table refuses; with any it is as it was.</returns>
    /// <exception cref="CsvJobException">The table refuses them; it is as it was.</exception>
    public Task<long> CommitAsync(LoadPlan plan, long accepted, int refusals, CancellationToken cancellationToken) =>
        committer.CommitAsync(plan, [Whole], accepted, refusals, cancellationToken);

    /// <summary>Counts the records that a commit has found to be refused; 0 for none.</summary>
    public Task<long> CountRefusedAsync(LoadPlan plan, int refusals, CancellationToken cancellationToken) =>
        committer.CountRefusedAsync(plan, refusals, cancellationToken);

    /// <summary>True when the records are in the table.</summary>
    public Task<bool> IsDoneAsync(LoadPlan plan, CancellationToken cancellationToken) => committer.IsDoneAsync(plan, cancellationToken);

    /// <summary>Drops what a round that changed nothing has left.</summary>
    public Task DropAsync(LoadPlan loaded, string round, CancellationToken cancellationToken) =>
        committer.DropAsync(loaded with { Job = round }, cancellationToken);
}
