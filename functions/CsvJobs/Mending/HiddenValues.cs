using System.Text;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Schema;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// The values of masked columns, which the list of rejects does not have. Where a record is sent with <c>***</c> in such a column, its
/// value in the file is meant.
/// </summary>
/// <param name="schema">The schema.</param>
/// <param name="raws">Reads and writes records.</param>
/// <param name="resent">Rejects of which the file does not have the values.</param>
internal sealed class HiddenValues(TableSchema schema, RawRecords raws, IEnumerable<long> resent)
{
    // They are held in memory until the round is staged.
    private const int MaxBytes = 128 << 20;

    private readonly int[] _columns = [.. schema.Fields.Index().Where(f => f.Item.Mask is not null).Select(f => f.Index)];
    private readonly HashSet<long> _resent = [.. resent];
    private readonly HashSet<long> _wanted = [];
    private readonly Dictionary<long, string[]> _found = [];
    private long _bytes;

    /// <summary>False when no column is masked.</summary>
    public bool Any => _columns.Length > 0;

    /// <summary>The records to be taken from the file.</summary>
    public IReadOnlySet<long> Wanted => _wanted;

    /// <summary>Notes that a record needs its values, if it does and the file has them.</summary>
    /// <param name="reject">Stands on the reject.</param>
    /// <param name="raw">What was sent for it.</param>
    public void Note(RejectReader reject, string raw)
    {
        if (_resent.Contains(reject.Row) || raws.ParseValues(raw) is not { } values || !_columns.Any(c => IsHidden(values, c))) return;

        // Where its columns are not certain, the list shows none.
        if (raws.ParseValues(reject.Raw)?.Length == schema.Fields.Count) _wanted.Add(reject.Row);
    }

    /// <summary>Takes a record of the file.</summary>
    /// <exception cref="CsvJobException">They are too many.</exception>
    public void Take(long row, in CsvRecord record)
    {
        if (record.Unclosed || record.Fields.Length != schema.Fields.Count) return;
        var values = new string[_columns.Length];
        for (var i = 0; i < values.Length; i++) values[i] = raws.Decode(record, _columns[i]);
        _found[row] = values;
        _bytes += values.Sum(v => (long)v.Length * sizeof(char));
        if (_bytes > MaxBytes)
            throw new CsvJobException($"One round restores {MaxBytes >> 20} MiB of masked values at most: send the records in several.");
    }

    /// <summary>Puts the values into a record that was sent.</summary>
    public MendChoice FillIn(long row, string raw)
    {
        if (!Any) return new MendChoice(row, raw);
        if (raws.ParseValues(raw) is not { } values) return new MendChoice(row, raw, IsResent: true);
        var (isResent, isRestored) = (values.Length != schema.Fields.Count, false);
        foreach (var (i, column) in _columns.Index())
        {
            if (!IsHidden(values, column))
            {
                isResent |= column < values.Length && values[column].Length > 0;
                continue;
            }

            if (!_found.TryGetValue(row, out var found)) return new MendChoice(row, raw, schema.Fields[column].Name);
            values[column] = found[i];
            isRestored = true;
        }

        if (!isRestored) return new MendChoice(row, raw, IsResent: isResent);
        return raws.Compose(values) is { } restored
            ? new MendChoice(row, restored, IsResent: isResent)
            : new MendChoice(row, raw, schema.Fields[_columns[0]].Name);
    }

    private static bool IsHidden(string[] values, int column) => column < values.Length && values[column] == MaskText.Hidden;
}

/// <summary>The decision on a reject.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Raw">Its text; null when it is to be left out for good.</param>
/// <param name="Unknown">A masked column whose value nobody has told; null mostly.</param>
/// <param name="IsResent">It has other values for masked columns than the file.</param>
internal sealed record MendChoice(long Row, string? Raw, string? Unknown = null, bool IsResent = false)
{
    /// <summary>The text as bytes.</summary>
    public byte[] Bytes => Encoding.UTF8.GetBytes(Raw ?? "");
}
