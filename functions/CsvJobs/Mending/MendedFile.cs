using Azure.Storage.Blobs.Specialized;
using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>One file of clean records that mended ones come into.</summary>
/// <param name="folder">The job's folder.</param>
/// <param name="index">The output as it is.</param>
/// <param name="schema">The schema.</param>
/// <param name="round">The round that mends it.</param>
/// <param name="name">The file's name.</param>
internal sealed class MendedFile(JobFolder folder, OutputIndex index, TableSchema schema, string round, string name)
{
    private readonly BlockBlobClient _blob = folder.GetOutput(name);
    private readonly IndexedOutput? _before = index.Outputs.FirstOrDefault(o => o.Name == name);

    /// <summary>The writer of the records that come into such a file.</summary>
    public static RecordWriter CreateWriter(TableSchema schema, CsvOutput output) => output == CsvOutput.Parquet
        ? RecordWriters.Project(schema, new ReplayableWriter()) : RecordWriters.Create(schema, output);

    /// <summary>Looks at the file as it is.</summary>
    /// <exception cref="CsvJobException">It is another's.</exception>
    public async Task<OwnBlocks> ReadAsync(CancellationToken cancellationToken) => _before is null
        ? OwnBlocks.None : await OwnBlocks.ReadAsync(_blob, _before.ListIds(), _before.Footer, cancellationToken);

    /// <summary>Stages what is concerned.</summary>
    /// <param name="own">The file as it is.</param>
    /// <param name="plan">How it is written.</param>
    /// <param name="blocks">Its blocks; null for one that is not there yet.</param>
    /// <param name="insertions">What comes into them.</param>
    /// <param name="cancellationToken">Ends the reads and writes.</param>
    public async Task<(MendedOutput File, IndexedOutput Index, OutputProof Proof)> StageAsync(
        OwnBlocks own, CsvPlan plan, IReadOnlyList<IndexedBlock?> blocks, IInsertions insertions, CancellationToken cancellationToken)
    {
        IBlockRewriter rewriter = plan.Output == CsvOutput.Parquet
            ? new ParquetRewriter(_blob, own, plan, schema, round) : new TextRewriter(_blob, own, plan, round);
        var rewritten = await rewriter.StageAsync(blocks, insertions, cancellationToken);
        BlockProof[] head = own.IsNew
            ? await StageHeadAsync(plan, cancellationToken)
            : own.HasHeader ? [index.Proof?.Outputs.First(o => o.Name == name).Blocks[0] ?? new BlockProof(0, "")] : [];
        string[] end = rewritten.Footer is { } footer ? [footer] : [];
        BlockProof[] endProof = rewritten.FooterProof is { } last ? [last] : [];
        return (
            new MendedOutput(
                name, [.. head.Select(_ => BlockIds.OfHeader), .. rewritten.Index.Select(b => b.Id), .. end], Outputs.CleanType(plan),
                own.IsNew ? null : own.ETag.ToString()),
            new IndexedOutput(name, rewritten.Index, rewritten.Footer),
            new OutputProof(name, [.. head, .. rewritten.Index.Select(b => b.Proof), .. endProof]));
    }

    private async Task<BlockProof[]> StageHeadAsync(CsvPlan plan, CancellationToken cancellationToken)
    {
        var head = Outputs.CleanHead(plan, schema, hasRecords: true);
        if (head.IsEmpty) return [];
        using var content = new MemoryStream(head.ToArray());
        await _blob.StageBlockAsync(BlockIds.OfHeader, content, cancellationToken: cancellationToken);
        return [new BlockProof(head.Length, ByteHash.Of(plan.Proof, head.Span))];
    }
}
