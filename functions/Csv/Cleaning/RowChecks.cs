using System.Runtime.CompilerServices;
using Serverless.Csv.Checks;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Cleaning;

/// <summary>The row checks of a schema, for the records of one cleaner.</summary>
internal sealed class RowChecks
{
    // To compile takes as long as some thousand records do without.
    private const int MinRecords = 5_000;

    private static readonly ConditionalWeakTable<TableSchema, Func<IColumnValue[], RowCheck[], int>> Compiled = [];

    private readonly TableSchema _schema;
    private readonly IColumnValue[] _columns;
    private readonly RowCheck[] _checks;
    private Func<IColumnValue[], RowCheck[], int>? _find;
    private int _records;

    /// <param name="schema">The schema whose checks are meant.</param>
    /// <param name="values">Its columns' values.</param>
    /// <exception cref="CheckException">A check names a column that is not there, or types do not go together.</exception>
    public RowChecks(TableSchema schema, IReadOnlyList<IColumnValue> values)
    {
        _schema = schema;
        _columns = [.. values];
        _checks = [.. schema.Checks.Select(c => RowCheck.Bind(c, values))];
        Compiled.TryGetValue(schema, out _find);
    }

    /// <summary>Finds the first check that the record at hand does not meet.</summary>
    public RowCheck? FindBroken()
    {
        if (_find is null && _records++ < MinRecords) return Array.Find(_checks, c => !c.IsMet);
        _find ??= Compiled.GetValue(_schema, _ => CheckCode.Compile(_checks, _columns));
        var broken = _find(_columns, _checks);
        return broken < 0 ? null : _checks[broken];
    }
}
