using Serverless.Csv.Output;

namespace Serverless.CsvJobs.Run;

/// <summary>The blocks that a range's clean records are staged as.</summary>
internal interface ICleanBlocks : IAsyncDisposable
{
    /// <summary>Takes the records.</summary>
    RecordWriter Writer { get; }

    /// <summary>From this many bytes on that wait in the writer they are to be stored.</summary>
    int FullBytes { get; }

    /// <summary>Blocks staged.</summary>
    int Count { get; }

    /// <summary>Bytes staged.</summary>
    long Bytes { get; }

    /// <summary>The blocks of the one output.</summary>
    IReadOnlyList<RangeBlock> Blocks { get; }

    /// <summary>The blocks of several outputs; null where there is one.</summary>
    IReadOnlyList<RangePartition>? Partitions { get; }

    /// <summary>The lists of the records that were staged together; null where there is one output.</summary>
    IReadOnlyList<RangeRows>? Rows { get; }

    /// <summary>Moves on what was written.</summary>
    /// <param name="first">Where the range's first record starts.</param>
    /// <param name="row">The last record that was read.</param>
    /// <param name="cancellationToken">Ends the uploads.</param>
    ValueTask StoreAsync(long first, long row, CancellationToken cancellationToken);

    /// <summary>Stages the rest.</summary>
    Task FinishAsync(long first, long row, CancellationToken cancellationToken);
}
