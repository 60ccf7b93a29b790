using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// The clean records of a job in a file for each value of a column. Files that no mended record comes into stay as they are.
/// </summary>
internal sealed class PartitionedOutput : IMendedOutput
{
    // A block of a partition keeps its place beside the list of its records, so it is not cut in two.
    private const int BlockBytes = 1 << 30;

    private readonly JobFolder _folder;
    private readonly OutputIndex _index;
    private readonly TableSchema _schema;
    private readonly string _round;
    private readonly PartitionWriter _writer;
    private readonly SortedDictionary<string, PartitionInsertions> _partitions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names;

    public PartitionedOutput(JobFolder folder, OutputIndex index, TableSchema schema, string round)
    {
        (_folder, _index, _schema, _round) = (folder, index, schema, round);
        var column = index.Plan.PartitionBy!;
        _writer = new PartitionWriter(MendedFile.CreateWriter(schema, index.Plan.Output), column, schema.PlaceOf(column), int.MaxValue);
        _names = [.. index.Outputs.Select(o => o.Name)];
    }

    public RecordWriter Writer => _writer;

    public long Length { get; private set; }

    public void Pass(long row)
    {
    }

    public void Insert(long row)
    {
        var partition = _writer.Last!;
        var name = Outputs.BuildPartitionName(_index.Plan, partition.Name);
        if (_names.Add(name) && _names.Count > PartitionBlocks.MaxPartitions)
            throw new CsvJobException(PartitionWriter.DescribeLimit(_index.Plan.PartitionBy!, PartitionBlocks.MaxPartitions));
        if (!_partitions.TryGetValue(name, out var insertions)) _partitions[name] = insertions = new PartitionInsertions(partition.Name);
        insertions.Add(row, partition.Bytes.Span);
        Length += partition.Bytes.Length;
        partition.Bytes.Truncate(0);
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    public async Task<StagedRecords> StageAsync(CancellationToken cancellationToken)
    {
        if (_partitions.Count == 0) return new StagedRecords([], _index.Outputs, [], _index.Places);
        var (places, ids) = await StagePlacesAsync(cancellationToken);
        var files = new List<MendedOutput>();
        var next = _index.Outputs.ToDictionary(o => o.Name, StringComparer.Ordinal);
        var proofs = new List<OutputProof>();
        var numbers = places.Index().ToDictionary(p => p.Item.LastRow, p => p.Index);
        foreach (var (name, insertions) in _partitions)
        {
            var file = new MendedFile(_folder, _index, _schema, _round, name);
            var own = await file.ReadAsync(cancellationToken);
            var blocks = new IndexedBlock?[places.Count];
            foreach (var block in next.GetValueOrDefault(name)?.Blocks ?? []) blocks[numbers[block.LastRow]] = block;
            var (output, index, proof) = await file.StageAsync(
                own, _index.Plan with { BlockBytes = BlockBytes }, blocks, insertions, cancellationToken);
            var concerned = insertions.All.Select(i => i.Block).ToHashSet();
            var numbered = blocks.Index().Where(b => b.Item is not null || concerned.Contains(b.Index))
                .Select(b => places[b.Index].LastRow);
            files.Add(output);
            proofs.Add(proof);
            next[name] = index with { Blocks = [.. index.Blocks.Zip(numbered, (b, row) => b with { LastRow = row })] };
        }

        files.Add(new MendedOutput(PartitionRows.Name, ids, "application/octet-stream", null));
        return new StagedRecords(files, [.. next.Values.OrderBy(o => o.Name, StringComparer.Ordinal)], proofs, places);
    }

    // The lists of records are those of what was staged together, so each may be of several partitions.
    private async Task<(IReadOnlyList<IndexedRows> Places, IReadOnlyList<string> Ids)> StagePlacesAsync(CancellationToken cancellationToken)
    {
        var blob = _folder.GetOutput(PartitionRows.Name);
        List<IndexedRows> places = _index.Places is { Count: > 0 } known
            ? [.. known] : [new IndexedRows("", _partitions.Values.Max(p => p.LastRow), 0, 0)];
        var concerned = new SortedSet<int>();
        foreach (var partition in _partitions.Values) concerned.UnionWith(partition.FindBlocks(places));
        var offsets = new long[places.Count];
        for (var i = 1; i < offsets.Length; i++) offsets[i] = offsets[i - 1] + places[i - 1].Bytes;
        foreach (var number in concerned)
        {
            var place = places[number];
            var rows = place.Bytes == 0 ? [] : PartitionRows.Read(await ReadAsync(blob, offsets[number], place.Bytes, cancellationToken));
            foreach (var partition in _partitions.Values)
            {
                if (!rows.TryGetValue(partition.Partition, out var own)) own = [];
                if (partition.Place(number, own, place.RowsBefore)) rows[partition.Partition] = own;
            }

            var block = new PendingBuffer();
            foreach (var (name, own) in rows)
            {
                var list = new RowList();
                foreach (var row in own) list.Add(row);
                PartitionRows.Write(block, name, list.Bytes);
            }

            var id = BlockIds.OfMend(_round, number, 0);
            using var content = new MemoryStream(block.Span.ToArray());
            await blob.StageBlockAsync(id, content, cancellationToken: cancellationToken);
            places[number] = place with { Id = id, Bytes = block.Length };
        }

        return (places, [.. places.Select(p => p.Id)]);
    }

    private static async Task<byte[]> ReadAsync(BlockBlobClient blob, long offset, long length, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Range = new HttpRange(offset, length) };
        return (await blob.DownloadContentAsync(options, cancellationToken)).Value.Content.ToArray();
    }
}
