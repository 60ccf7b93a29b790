using System.Buffers;
using System.Buffers.Binary;
using Parquet;
using Parquet.Schema;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Output;

/// <summary>
/// The footer of one Parquet file made of several: it lists the row groups of all, where they lie then. The library can write a footer
/// only together with what it is of, so the fields that change are changed in the bytes; all others are copied.
/// </summary>
/// <param name="empty">The footer of a file with the same columns and no records.</param>
internal sealed class ParquetFooter(ReadOnlyMemory<byte> empty)
{
    // By the format's parquet.thrift.
    private const int RowsField = 3, RowGroupsField = 4;
    private static readonly Part Column = new([9, 10, 11, 14], 0, null);
    private static readonly Part ColumnChunk = new([2, 4, 6], 3, Column);
    private static readonly Part RowGroup = new([5], 1, ColumnChunk);

    // What the counts and the end take beside what is copied: for them the footer of thousands of columns must not be copied to an array of
    // twice its size.
    private const int MaxMore = 64;

    private readonly ArrayBufferWriter<byte> _groups = new();
    private int _count;
    private long _rows;

    /// <summary>The first and last bytes of a file.</summary>
    public static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>The footer of a file without records: it has the columns.</summary>
    public static Task<ReadOnlyMemory<byte>> WriteEmptyAsync(TableSchema schema, CancellationToken cancellationToken) =>
        WriteEmptyAsync(ParquetColumns.Create(schema.Written), cancellationToken);

    /// <inheritdoc cref="WriteEmptyAsync(TableSchema, CancellationToken)"/>
    public static async Task<ReadOnlyMemory<byte>> WriteEmptyAsync(
        IEnumerable<ParquetColumn> columns, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        var schema = new ParquetSchema(columns.Select(c => c.Field));
        await (await ParquetWriter.CreateAsync(schema, file, cancellationToken: cancellationToken)).DisposeAsync();
        var part = new ParquetPart();
        part.Take(file.ToArray(), isEnd: true);
        return part.Footer;
    }

    /// <summary>The places of the row groups' structures in a footer.</summary>
    public static IReadOnlyList<Range> ListGroups(ReadOnlySpan<byte> footer)
    {
        var groups = new List<Range>();
        var fields = new ThriftFields(footer);
        for (var id = 0; fields.TryReadField(ref id, out var type);)
        {
            if (id != RowGroupsField)
            {
                fields.Skip(type);
                continue;
            }

            var (count, item) = fields.ReadList();
            for (; count > 0; count--)
            {
                var start = fields.Position;
                fields.Skip(item);
                groups.Add(start..fields.Position);
            }
        }

        return groups;
    }

    /// <summary>Adds one row group of a file.</summary>
    /// <param name="group">Its structure in the file's footer.</param>
    /// <param name="rows">How many records it has.</param>
    /// <param name="shift">How much further on it lies than in that file.</param>
    public void Add(ReadOnlySpan<byte> group, long rows, long shift)
    {
        var fields = new ThriftFields(group);
        Copy(group, ref fields, RowGroup, shift);
        _rows += rows;
        _count++;
    }

    /// <summary>Adds the row groups of a file.</summary>
    /// <param name="footer">Its footer.</param>
    /// <param name="shift">How much further on they lie than in that file.</param>
    public void Add(ReadOnlySpan<byte> footer, long shift)
    {
        var fields = new ThriftFields(footer);
        for (var id = 0; fields.TryReadField(ref id, out var type);)
        {
            if (id == RowsField)
            {
                _rows += fields.ReadInteger();
            }
            else if (id == RowGroupsField)
            {
                var (count, _) = fields.ReadList();
                _count += count;
                for (; count > 0; count--) Copy(footer, ref fields, RowGroup, shift);
            }
            else
            {
                fields.Skip(type);
            }
        }
    }

    /// <summary>The end of the file: the footer, its length, and the magic bytes.</summary>
    public ReadOnlyMemory<byte> Build()
    {
        var target = new ArrayBufferWriter<byte>(_groups.WrittenCount + empty.Length + MaxMore);
        var bytes = empty.Span;
        var fields = new ThriftFields(bytes);
        var id = 0;
        while (true)
        {
            var start = fields.Position;
            if (!fields.TryReadField(ref id, out var type)) break;
            var value = fields.Position;
            fields.Skip(type);
            if (id is not (RowsField or RowGroupsField))
            {
                target.Write(bytes[start..fields.Position]);
                continue;
            }

            target.Write(bytes[start..value]);
            if (id == RowsField) ThriftWriter.WriteInteger(target, _rows);
            else WriteGroups(target);
        }

        target.Write([(byte)ThriftType.Stop]);
        BinaryPrimitives.WriteInt32LittleEndian(target.GetSpan(sizeof(int)), target.WrittenCount);
        target.Advance(sizeof(int));
        target.Write(Magic);
        return target.WrittenMemory;
    }

    private void WriteGroups(ArrayBufferWriter<byte> target)
    {
        ThriftWriter.WriteListHead(target, _count, ThriftType.Struct);
        target.Write(_groups.WrittenSpan);
    }

    private void Copy(ReadOnlySpan<byte> footer, ref ThriftFields fields, Part part, long shift)
    {
        var id = 0;
        while (true)
        {
            var start = fields.Position;
            var goesOn = fields.TryReadField(ref id, out var type);
            var value = fields.Position;
            if (goesOn && part.Offsets.Contains(id))
            {
                // No place is at the file's start: 0 says that there is none.
                var offset = fields.ReadInteger();
                _groups.Write(footer[start..value]);
                ThriftWriter.WriteInteger(_groups, offset > 0 ? offset + shift : offset);
            }
            else if (goesOn && id == part.InnerField)
            {
                var count = type == ThriftType.List ? fields.ReadList().Count : 1;
                _groups.Write(footer[start..fields.Position]);
                for (; count > 0; count--) Copy(footer, ref fields, part.Inner!, shift);
            }
            else
            {
                if (goesOn) fields.Skip(type);
                _groups.Write(footer[start..fields.Position]);
                if (!goesOn) return;
            }
        }
    }

    /// <summary>A structure with places in the file.</summary>
    /// <param name="Offsets">The fields that are places.</param>
    /// <param name="InnerField">The field with structures that have some; 0 for none.</param>
    /// <param name="Inner">Those structures.</param>
    private sealed record Part(int[] Offsets, int InnerField, Part? Inner);
}
