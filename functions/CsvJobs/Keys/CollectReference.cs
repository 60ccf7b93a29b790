using Azure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Keys;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Keys;

/// <summary>Reads another file for what a foreign key refers to there. Doing it twice writes the same.</summary>
internal sealed class CollectReference(Containers containers, CsvPlans plans, GivenSchemas schemas, IOptions<CsvSettings> settings)
{
    /// <summary>Collects the keys in one pass, in memory that does not depend on the file's size.</summary>
    /// <returns>How many runs of keys there are.</returns>
    /// <exception cref="CsvJobException">The other file is not there, cannot be read, or has not these columns.</exception>
    [Function(nameof(CollectReference))]
    public async Task<int> RunAsync([ActivityTrigger] ReferenceTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (plan, schema) = await plans.LoadAsync(folder, task.ETag, cancellationToken);
        var key = schema.ForeignKeys[task.Key];
        var name = plan.References.FirstOrDefault(r => r.Resource == key.Resource)?.Blob ?? key.Resource;
        if (!BlobName.TryParse(name, [Containers.Incoming, Containers.Schemas], out var blob, out _))
        {
            throw new CsvJobException(
                $"A foreign key refers to \"{key.Resource}\", which is no blob: say which it is with the option references, such as " +
                $"{{\"{key.Resource}\": \"incoming/{key.Resource}.csv\"}}.");
        }

        try
        {
            return await CollectAsync(folder, plan, schema, key, task, blob, cancellationToken);
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException or CsvJobException)
        {
            throw new CsvJobException($"{blob}, which a foreign key refers to, cannot be used. {e.Message}", e);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new CsvJobException($"There is no blob {blob}, which a foreign key refers to.", e);
        }
    }

    private async Task<int> CollectAsync(
        JobFolder folder, CsvPlan plan, TableSchema schema, ForeignKey key, ReferenceTask task, BlobName name,
        CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(name.Container, cancellationToken);
        var blob = container.GetBlobClient(name.Path);
        var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
        var (etag, size) = (properties.ETag.ToString().Trim('"'), properties.ContentLength);
        var source = new IncomingSource(blob, etag);
        var own = await schemas.FindBesideAsync(name.Path, cancellationToken, name.Container);
        var facts = await FileInspector.InspectAsync(source, size, new CsvJobOptions(Header: true), own, cancellationToken);
        var fields = FieldsOf(facts.Schema, isGiven: own is not null, schema, key);
        var other = CsvPlan.Of(
            new CsvJobInput(name.Path, etag, folder.Name, new CsvJobOptions()), etag, size, facts, isSchemaInferred: true);

        var slots = KeySlots.For(schema.KeyLists, plan.Size, plan.IsSequential);
        var start = ReferenceTask.StartOf(task.Key);
        await using var output = new KeyOutput(
            folder, new RangeTask(folder.Name, plan.ETag, "", start, start, 0), slots, settings.Value.KeysInMemory);
        output.Begin(0);
        await using var writer = new ReferenceWriter(fields, key, schema.Keys.Count + (2 * task.Key) + 1, output.Run);
        var cleaner = new RecordCleaner(new TableSchema(fields) { MissingValues = facts.Schema.MissingValues }, dialect: other.Dialect);
        var all = new RangeTask(
            folder.Name, etag, "", facts.DataStart, other.IsSequential ? long.MaxValue : size, facts.DataStart);
        await using var feed = await RecordFeed.OpenAsync(other, all, source, cancellationToken);
        do
        {
            while (feed.TryRead())
            {
                cleaner.TryClean(feed.Current, writer, out _);
                if (output.Run.IsFull) await output.StoreAsync(cancellationToken);
            }
        }
        while (await feed.FillAsync(cancellationToken));
        await output.FinishAsync(cancellationToken);
        return output.Runs;
    }

    // Without a schema of its own the other file's values are read as those are that refer to them; nothing else of it is judged.
    private static List<SchemaField> FieldsOf(TableSchema other, bool isGiven, TableSchema schema, ForeignKey key)
    {
        foreach (var name in key.Referenced.Where(n => other.Fields.All(f => f.Name != n)))
            throw new CsvJobException($"It has no column \"{name}\".");
        return [.. other.Fields.Select(Field)];

        SchemaField Field(SchemaField field)
        {
            var at = key.Referenced.Index().Where(r => r.Item == field.Name).Select(r => r.Index).DefaultIfEmpty(-1).First();
            if (at < 0) return new SchemaField(field.Name) { MissingValues = [] };
            var refers = schema.Fields[schema.PlaceOf(key.Fields[at])];
            return (isGiven ? field : refers with { Name = field.Name }) with
            {
                Constraints = FieldConstraints.None,
                Mask = null,
                IsDropped = false,
                MissingValues = isGiven ? field.MissingValues : refers.MissingValues ?? schema.MissingValues,
            };
        }
    }
}
