using System.Buffers.Binary;
using System.Security.Cryptography;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Keys;

/// <summary>Takes the keys of accepted records. A record without a value in a unique column has no key there.</summary>
internal sealed class KeyWriter(TableSchema schema, KeyRun run) : ValueWriter(schema.Fields.Count)
{
    private readonly IReadOnlyList<TableKey> _keys = schema.Keys;
    private readonly PendingBuffer _text = new(256);

    /// <summary>Where the record at hand starts.</summary>
    public long Position { get; set; }

    protected override void Take()
    {
        for (var i = 0; i < _keys.Count; i++)
        {
            if (TryHash(_keys[i], out var entry)) run.Add(i, entry);
        }
    }

    private bool TryHash(TableKey key, out KeyEntry entry)
    {
        entry = default;
        _text.Truncate(0);
        foreach (var column in key.Columns)
        {
            if (IsMissing(column)) return false;
            KeyText.Append(_text, schema.Fields[column].Type, Value(column));
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_text.Span, hash);
        entry = new KeyEntry(BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]), Position);
        return true;
    }
}
