using Serverless.Csv.Schema;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Constraints that a table would first hold against the records when all of them are loaded, so that one would fail the load instead of
/// being rejected.
/// </summary>
internal static class LoadObstacles
{
    /// <summary>Words them, with what to do.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns that are loaded.</param>
    /// <param name="foreignKeys">Those that the schema holds over the whole file.</param>
    public static IEnumerable<string> List(
        TargetTable table, IReadOnlyList<LoadColumn> columns, IReadOnlyList<ForeignKey> foreignKeys)
    {
        // What the load does not give has its default, as with other checks.
        foreach (var constraint in table.Constraints.Where(c => c.Columns.All(name => columns.Any(l => l.Name == name))))
        {
            switch (constraint)
            {
                case { Kind: 'x' }:
                    yield return $"the exclusion constraint \"{constraint.Name}\" holds rows against each other in a way that no record " +
                        "can be rejected for alone: load into a table without it, and copy the rows from there";
                    break;
                case { Kind: 'f', Other: null } when !foreignKeys.Any(k => k.Fields.ToHashSet().SetEquals(constraint.Columns)):
                    yield return $"the foreign key \"{constraint.Name}\" refers to the table itself, where a record may refer to a later " +
                        "one: name it in foreignKeys of the schema, so that those that refer to nothing are rejected: " +
                        $"{{\"fields\": {Quote(constraint.Columns)}, \"reference\": {{\"resource\": \"\", " +
                        $"\"fields\": {Quote(constraint.OtherColumns)}}}}}";
                    break;
            }
        }
    }

    private static string Quote(IEnumerable<string> names) => $"[{string.Join(", ", names.Select(n => $"\"{n}\""))}]";
}
