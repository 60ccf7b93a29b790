using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Csv.Proof;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Run;

/// <summary>
/// A finished job's note beside its outputs, with which rejects that are mended later find their place without the whole being read.
/// </summary>
/// <param name="Plan">How the file was read.</param>
/// <param name="DataStart">Where its first record starts.</param>
/// <param name="Outputs">The files of clean records: one, or one for each value of a column.</param>
/// <param name="RejectIds">The blocks of the rejects in order, without the column names.</param>
/// <param name="Statistics">What all records were like.</param>
/// <param name="Totals">What was counted.</param>
/// <param name="DurationSeconds">How long the job took.</param>
/// <param name="Rounds">What was mended.</param>
/// <param name="Dropped">The numbers of records that were left out for good, ascending.</param>
/// <param name="Replaced">The numbers of records that are not what they are in the file, for schemas with keys.</param>
/// <param name="Keys">
/// For each list of keys (see <see cref="Csv.Schema.TableSchema.KeyLists"/>) the entries of mended records; their positions are numbers of
/// records.
/// </param>
/// <param name="Proof">What was read and written; null when a range was read by an earlier version.</param>
internal sealed record OutputIndex(
    CsvPlan Plan, long DataStart, IReadOnlyList<IndexedOutput> Outputs, IReadOnlyList<string> RejectIds, JsonElement Statistics,
    JobTotals Totals, double DurationSeconds, IReadOnlyList<MendRound> Rounds, IReadOnlyList<long> Dropped, IReadOnlyList<long> Replaced,
    IReadOnlyList<byte[]> Keys, JobProof? Proof)
{
    /// <summary>The numbers of rejects that were sent with values for masked columns: what stands there is not that of the file.</summary>
    public IReadOnlyList<long> Resent { get; init; } = [];

    /// <summary>The texts of those of <see cref="Keys"/> that are hashes, in their order, each behind its length.</summary>
    public IReadOnlyList<byte[]> KeyTexts { get; init; } = [];

    /// <summary>
    /// The values of records that are not what they are in the file, for schemas that hold a column's values against each other; null
    /// when an earlier version has mended some.
    /// </summary>
    public IReadOnlyList<KeptCells>? Cells { get; init; }

    /// <summary>The lists of the records of partitions, for all that was staged together; null for one file.</summary>
    public IReadOnlyList<IndexedRows>? Places { get; init; }

    private const string Name = ".mend/index.json";

    /// <summary>Reads a job's index.</summary>
    /// <returns>Null when there is none, else the index and what names its state.</returns>
    public static async Task<(OutputIndex Index, ETag ETag)?> FindAsync(JobFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            var content = (await folder.GetOutput(Name).DownloadContentAsync(cancellationToken)).Value;
            var index = content.Content.ToObjectFromJson<OutputIndex>()
                ?? throw new InvalidDataException($"The index of {folder.Name} is empty.");

            // Earlier versions knew one output only, and not all that is needed now.
            return index.Outputs is null ? null : (index, content.Details.ETag);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Stores it.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="before">The state that it follows; null for any.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    public async Task SaveAsync(JobFolder folder, ETag? before, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(this));
        var options = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfMatch = before } };
        await folder.GetOutput(Name).UploadAsync(content, options, cancellationToken);
    }
}

/// <summary>A block of the clean output.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LastRow">The last record of the file whose place is in it: accepted, or between two that are.</param>
/// <param name="Proof">Its bytes.</param>
internal sealed record IndexedBlock(string Id, long LastRow, BlockProof Proof);

/// <summary>The values of a mended record that are held against those of others.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Values">Of each column that checks of columns name, as it was sent; null where there is no good one.</param>
internal sealed record KeptCells(long Row, IReadOnlyList<string?> Values);

/// <summary>A file of clean records.</summary>
/// <param name="Name">Its name in the job's folder.</param>
/// <param name="Blocks">Its blocks in order, without the column names.</param>
/// <param name="Footer">The block behind them; null for none.</param>
internal sealed record IndexedOutput(string Name, IReadOnlyList<IndexedBlock> Blocks, string? Footer = null)
{
    /// <summary>The ids of its blocks.</summary>
    public IEnumerable<string> ListIds() => Blocks.Select(b => b.Id);
}

/// <summary>The lists of the records of all blocks that were staged together, see <see cref="PartitionRows"/>.</summary>
/// <param name="Id">The block with the lists.</param>
/// <param name="LastRow">The last record of the file whose place is in it, by which those blocks are known.</param>
/// <param name="RowsBefore">How many records of the file stand before those that the lists count from.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record IndexedRows(string Id, long LastRow, long RowsBefore, long Bytes);
