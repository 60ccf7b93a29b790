using Serverless.Csv.Output;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Keys;

/// <summary>Takes what a foreign key refers to from the accepted records of another file.</summary>
/// <param name="fields">The other file's columns.</param>
/// <param name="key">The foreign key.</param>
/// <param name="list">The list that its keys go to.</param>
/// <param name="run">Receives them.</param>
internal sealed class ReferenceWriter(IReadOnlyList<SchemaField> fields, ForeignKey key, int list, KeyRun run) : ValueWriter(fields.Count)
{
    private readonly int[] _columns = [.. key.Referenced.Select(n => fields.Index().First(f => f.Item.Name == n).Index)];
    private readonly KeyHash _hash = new();

    protected override void Take()
    {
        _hash.Begin();
        foreach (var column in _columns)
        {
            if (IsMissing(column)) return;
            _hash.Append(ForeignKey.ChooseComparedType(fields[column]), GetValue(column));
        }

        run.Add(list, _hash.End(KeyWriter.Referenced));
    }
}
