using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Csv.Keys;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Keys;

/// <summary>Reads another file, or a table, for what a foreign key refers to there. Doing it twice writes to the same places.</summary>
internal sealed class CollectReference(
    Containers containers, CsvPlans plans, GivenSchemas schemas, LoadPreparer loads, KeyHashing hashing, IOptions<CsvSettings> settings)
{
    /// <summary>Collects the keys in one pass, in memory that does not depend on the file's size.</summary>
    /// <returns>How many runs of keys there are.</returns>
    /// <exception cref="CsvJobException">The other file is not there, cannot be read, or has not these columns.</exception>
    [Function(nameof(CollectReference))]
    public async Task<int> RunAsync([ActivityTrigger] ReferenceTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (plan, schema) = await plans.LoadAsync(folder, task.ETag, cancellationToken);
        var slots = KeySlots.For(schema.KeyLists, plan.Size, plan.IsSequential);
        var start = ReferenceTask.StartOf(task.Key);
        await using var output = new KeyOutput(
            folder, new RangeTask(folder.Name, plan.ETag, "", start, start, 0), slots, settings.Value.KeysInMemory);
        output.Begin(0);
        await new ReferencedFileReader(containers, schemas, loads, hashing, plan, schema)
            .ReadAsync(task.Key, output.Run, output.StoreAsync, cancellationToken);
        await output.FinishAsync(cancellationToken);
        return output.Runs;
    }
}
