using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Keys;

/// <summary>
/// Takes the keys of accepted records, what refers to others, and what is referred to in the file itself. A record without a value in one
/// of a key's columns has no such key, and refers to nothing.
/// </summary>
internal sealed class KeyWriter : ValueWriter
{
    /// <summary>The position of what is referred to: before all records, so that it sorts before what refers to it.</summary>
    public const long Referenced = -1;

    private readonly KeyRun _run;
    private readonly KeyHash _hash;
    private readonly List<(int List, int[] Columns, FieldType[] Types, bool IsReferenced)> _lists = [];

    public KeyWriter(TableSchema schema, KeyRun run, KeyHashing hashing)
        : base(schema.Fields.Count)
    {
        _run = run;
        _hash = new KeyHash(hashing);
        foreach (var (list, key) in schema.Keys.Index())
            _lists.Add((list, [.. key.Columns], [.. key.Columns.Select(c => Exact(schema.Fields[c]))], false));
        foreach (var (index, key) in schema.ForeignKeys.Index())
        {
            var list = schema.Keys.Count + (2 * index);
            Add(list, key.Fields, isReferenced: false);
            if (key.IsSelf) Add(list + 1, key.Referenced, isReferenced: true);
        }

        void Add(int list, IReadOnlyList<string> names, bool isReferenced)
        {
            int[] columns = [.. names.Select(schema.PlaceOf)];
            _lists.Add((list, columns, [.. columns.Select(c => ForeignKey.ChooseComparedType(schema.Fields[c]))], isReferenced));
        }
    }

    /// <summary>The position of the record at hand.</summary>
    public long Position { get; set; }

    protected override void Take()
    {
        foreach (var (list, columns, types, isReferenced) in _lists)
        {
            if (HasMissing(columns)) continue;
            _hash.Begin();
            for (var i = 0; i < columns.Length; i++) _hash.Append(types[i], GetValue(columns[i]), isLast: i == columns.Length - 1);
            _run.Add(list, _hash.End(isReferenced ? Referenced : Position), _hash.Text);
        }
    }

    private static FieldType Exact(SchemaField field) => field.Mask is null ? field.Type : FieldType.String;

    private bool HasMissing(int[] columns)
    {
        foreach (var column in columns)
        {
            if (IsMissing(column)) return true;
        }

        return false;
    }
}
