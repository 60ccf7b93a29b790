using Serverless.Csv.Schema;

namespace Serverless.Csv.Profile;

/// <summary>The profiles of a table's columns, in the schema's order.</summary>
/// <remarks>
/// Written column by column, each with its length before it, so that any number of profiles is merged, or one is shown, with one column in
/// memory
/// at a time.
/// </remarks>
internal sealed class TableProfile
{
    private const byte Version = 1;
    private const int HeaderLength = 5;
    private const int BufferLength = 64 << 10;

    private readonly ColumnProfile[] _columns;

    public TableProfile(TableSchema schema)
    {
        var sizes = SketchSizes.For(schema.Fields.Count);
        _columns = [.. schema.Fields.Select(f => new ColumnProfile(f, sizes))];
    }

    public ReadOnlySpan<ColumnProfile> Columns => _columns;

    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        await WriteHeaderAsync(target, _columns.Length, cancellationToken);
        foreach (var column in _columns) await WriteAsync(target, column, cancellationToken);
    }

    /// <summary>Merges the profiles of ranges.</summary>
    /// <param name="schema">The schema that all of them come from.</param>
    /// <param name="parts">The profiles in the file's order, from their starts; none gives an empty profile.</param>
    /// <param name="target">Receives the merged profile.</param>
    /// <param name="cancellationToken">Stops between two columns.</param>
    /// <exception cref="InvalidDataException">A part is of another table.</exception>
    public static async Task MergeAsync(TableSchema schema, IReadOnlyList<Stream> parts, Stream target, CancellationToken cancellationToken)
    {
        var sizes = SketchSizes.For(schema.Fields.Count);
        foreach (var part in parts) await ReadHeaderAsync(part, schema.Fields.Count, cancellationToken);
        await WriteHeaderAsync(target, schema.Fields.Count, cancellationToken);
        foreach (var field in schema.Fields)
        {
            var merged = new ColumnProfile(field, sizes);
            foreach (var part in parts) merged.Merge(await ReadAsync(part, field, sizes, cancellationToken));
            await WriteAsync(target, merged, cancellationToken);
        }
    }

    /// <summary>The figures of a written profile.</summary>
    /// <exception cref="InvalidDataException">It is of another table.</exception>
    public static async Task<IReadOnlyList<ColumnFigures>> DescribeAsync(
        TableSchema schema, Stream profile, CancellationToken cancellationToken)
    {
        var sizes = SketchSizes.For(schema.Fields.Count);
        await ReadHeaderAsync(profile, schema.Fields.Count, cancellationToken);
        var figures = new List<ColumnFigures>(schema.Fields.Count);
        foreach (var field in schema.Fields) figures.Add((await ReadAsync(profile, field, sizes, cancellationToken)).Describe());
        return figures;
    }

    private static async Task WriteHeaderAsync(Stream target, int columns, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        header[0] = Version;
        BitConverter.TryWriteBytes(header.AsSpan(1), columns);
        await target.WriteAsync(header, cancellationToken);
    }

    private static async Task ReadHeaderAsync(Stream source, int columns, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        await source.ReadExactlyAsync(header, cancellationToken);
        if (header[0] != Version || BitConverter.ToInt32(header, 1) != columns)
            throw new InvalidDataException(
                $"A profile of version {header[0]} with {BitConverter.ToInt32(header, 1)} columns is not one of version {Version} " +
                $"with {columns}.");
    }

    private static async Task WriteAsync(Stream target, ColumnProfile column, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream(BufferLength);
        bytes.Position = sizeof(int);
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true)) column.Write(writer);
        var written = bytes.GetBuffer();
        BitConverter.TryWriteBytes(written, (int)bytes.Length - sizeof(int));
        await target.WriteAsync(written.AsMemory(0, (int)bytes.Length), cancellationToken);
    }

    private static async Task<ColumnProfile> ReadAsync(
        Stream source, SchemaField field, SketchSizes sizes, CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(int)];
        await source.ReadExactlyAsync(length, cancellationToken);
        var column = new byte[BitConverter.ToInt32(length)];
        await source.ReadExactlyAsync(column, cancellationToken);
        using var reader = new BinaryReader(new MemoryStream(column));
        return ColumnProfile.Read(reader, field, sizes);
    }
}
