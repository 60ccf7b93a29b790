using Serverless.Csv.Output;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Keys;

/// <summary>Takes what a foreign key refers to from the accepted records of another file.</summary>
/// <param name="fields">The other file's columns.</param>
/// <param name="key">The foreign key.</param>
/// <param name="list">The list that its keys go to.</param>
/// <param name="run">Receives them.</param>
/// <param name="hashing">How they become entries.</param>
internal sealed class ReferenceWriter(IReadOnlyList<SchemaField> fields, ForeignKey key, int list, KeyRun run, KeyHashing hashing)
    : ValueWriter(fields.Count)
{
    private readonly int[] _columns = [.. key.Referenced.Select(n => fields.Index().First(f => f.Item.Name == n).Index)];
    private readonly KeyHash _hash = new(hashing);

    protected override void Take()
    {
        _hash.Begin();
        foreach (var (i, column) in _columns.Index())
        {
            if (IsMissing(column)) return;
            _hash.Append(ForeignKey.ChooseComparedType(fields[column]), GetValue(column), isLast: i == _columns.Length - 1);
        }

        run.Add(list, _hash.End(KeyWriter.Referenced), _hash.Text);
    }
}
