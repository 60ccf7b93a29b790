using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.CsvJobs.Mending;

/// <summary>Says what becomes of each reject.</summary>
internal sealed class MendSelection(MendRequest request, TableSchema schema, RawRecords raws, HiddenValues hidden)
{
    private readonly Dictionary<long, MendedRecord> _records = request.Records.ToDictionary(r => r.Row);
    private readonly (int Column, MendRule Rule)[] _rules = [.. request.Rules.Select(r => (IndexOf(schema, r.Column), r))];

    /// <summary>The single records that were sent.</summary>
    public int Count => _records.Count;

    /// <summary>The record that a reject is to be.</summary>
    /// <param name="reject">Stands on the reject.</param>
    /// <param name="isNamed">It was sent as a single record.</param>
    /// <returns>Null when it stays as it is.</returns>
    public MendChoice? Find(RejectReader reject, out bool isNamed) => FindSent(reject, out isNamed) switch
    {
        null => null,
        { Raw: null } => new MendChoice(reject.Row, null),
        { Raw: { } raw } => hidden.FillIn(reject.Row, raw),
    };

    /// <summary>Notes what is to be known of a reject before <see cref="Find"/> is asked.</summary>
    public void Prepare(RejectReader reject)
    {
        if (FindSent(reject, out _) is { Raw: { } raw }) hidden.Note(reject, raw);
    }

    private MendedRecord? FindSent(RejectReader reject, out bool isNamed)
    {
        isNamed = _records.TryGetValue(reject.Row, out var sent);

        // Who sends the whole list back leaves most of it as it was. Read again it may be accepted: bytes that were no text are none here.
        // Whether another file or a table takes it now, only another look tells.
        if (isNamed)
        {
            var isSame = sent!.Raw == reject.Raw && reject.Fault.Code is not (ErrorCodes.ForeignKey or ErrorCodes.DatabaseConstraint);
            return isSame ? null : sent;
        }

        return _rules.Length == 0 || Apply(reject.Raw) is not { } changed ? null : new MendedRecord(reject.Row, changed);
    }

    private string? Apply(string raw)
    {
        if (!_rules.Any(r => raw.Contains(r.Rule.From, StringComparison.Ordinal)) || raws.ParseValues(raw) is not { } values) return null;
        var changed = false;
        foreach (var (column, rule) in _rules)
        {
            if (column >= values.Length || values[column] != rule.From) continue;
            values[column] = rule.To;
            changed = true;
        }

        return changed ? raws.Compose(values) : null;
    }

    private static int IndexOf(TableSchema schema, string column)
    {
        for (var i = 0; i < schema.Fields.Count; i++)
        {
            if (schema.Fields[i].Name == column) return i;
        }

        return int.MaxValue;
    }
}
