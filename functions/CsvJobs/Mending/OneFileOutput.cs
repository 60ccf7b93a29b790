using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>The clean records of a job in one file.</summary>
/// <param name="folder">The job's folder.</param>
/// <param name="index">The output as it is.</param>
/// <param name="schema">The schema.</param>
/// <param name="round">The round that mends it.</param>
internal sealed class OneFileOutput(JobFolder folder, OutputIndex index, TableSchema schema, string round) : IMendedOutput
{
    private readonly Insertions _insertions = new(index.Outputs[0].Blocks, index.Dropped);

    public RecordWriter Writer { get; } = MendedFile.CreateWriter(schema, index.Plan.Output);

    public long Length => _insertions.Length;

    public void Pass(long row) => _insertions.Pass(row, []);

    public void Insert(long row)
    {
        _insertions.Pass(row, Writer.Pending.Span);
        Writer.Clear();
    }

    public ValueTask DisposeAsync() => Writer.DisposeAsync();

    public async Task<StagedRecords> StageAsync(CancellationToken cancellationToken)
    {
        var before = index.Outputs[0];
        var file = new MendedFile(folder, index, schema, round, before.Name);
        var own = await file.ReadAsync(cancellationToken);
        if (_insertions.All.Count == 0) return new StagedRecords([], index.Outputs, []);
        var (output, next, proof) = await file.StageAsync(own, index.Plan, before.Blocks, _insertions, cancellationToken);
        return new StagedRecords([output], [next], [proof]);
    }
}
