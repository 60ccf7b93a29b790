using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// A job's clean records while mended ones come among them. It is told all records that are not there, in ascending order.
/// </summary>
internal interface IMendedOutput : IAsyncDisposable
{
    /// <summary>Takes the mended records, one at a time.</summary>
    RecordWriter Writer { get; }

    /// <summary>The bytes of mended records that are held in memory.</summary>
    long Length { get; }

    /// <summary>Passes over a record that is not there, and stays away.</summary>
    void Pass(long row);

    /// <summary>Takes the record that was written last.</summary>
    /// <exception cref="CsvJobException">There is no place for it.</exception>
    void Insert(long row);

    /// <summary>Stages what is concerned. Nothing is visible, and doing it twice stages the same.</summary>
    Task<StagedRecords> StageAsync(CancellationToken cancellationToken);
}

/// <summary>The clean records as a round stages them.</summary>
/// <param name="Files">The files that change, to be committed.</param>
/// <param name="Index">All files from then on.</param>
/// <param name="Proofs">The proofs of those that change.</param>
/// <param name="Places">The places of records in files of a partition each; null for one file.</param>
internal sealed record StagedRecords(
    IReadOnlyList<MendedOutput> Files, IReadOnlyList<IndexedOutput> Index, IReadOnlyList<OutputProof> Proofs,
    IReadOnlyList<IndexedRows>? Places = null);
