using Serverless.Csv.Schema;

namespace Serverless.CsvJobs.Load;

/// <summary>Constraints of a table of which no single record can be told that it breaks them, so that one would fail the load.</summary>
internal static class LoadObstacles
{
    /// <summary>Words them, with what to do.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns that are loaded.</param>
    /// <param name="foreignKeys">Those that the schema holds over the whole file.</param>
    public static IEnumerable<string> List(
        TargetTable table, IReadOnlyList<LoadColumn> columns, IReadOnlyList<ForeignKey> foreignKeys)
    {
        var keys = table.Constraints.Where(c => c.IsOwnKey(columns)).ToList();

        // With one there is an order in which each record comes after the one that it refers to.
        if (keys.Count < 2) yield break;
        foreach (var key in keys.Where(c => !foreignKeys.Any(k => k.Fields.ToHashSet().SetEquals(c.Columns))))
        {
            yield return $"the foreign key \"{key.Name}\" is one of several that refer to the table itself, where a record may refer to " +
                "a later one: name it in foreignKeys of the schema, so that those that refer to nothing are rejected: " +
                $"{{\"fields\": {Quote(key.Columns)}, \"reference\": {{\"resource\": \"\", " +
                $"\"fields\": {Quote(key.OtherColumns)}}}}}";
        }
    }

    private static string Quote(IEnumerable<string> names) => $"[{string.Join(", ", names.Select(n => $"\"{n}\""))}]";
}
