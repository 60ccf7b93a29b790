using Azure;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Keys;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Keys;

/// <summary>Reads the files and tables that foreign keys refer to.</summary>
/// <param name="containers">The containers.</param>
/// <param name="schemas">Finds the schemas beside them.</param>
/// <param name="loads">Finds tables.</param>
/// <param name="hashing">The way in which keys become entries.</param>
/// <param name="plan">The plan of the job that refers to them.</param>
/// <param name="schema">Its schema.</param>
internal sealed class ReferencedFileReader(
    Containers containers, GivenSchemas schemas, LoadPreparer loads, KeyHashing hashing, CsvPlan plan, TableSchema schema)
{
    /// <summary>Reads what a foreign key refers to.</summary>
    /// <param name="index">Which of the schema's foreign keys.</param>
    /// <param name="run">Receives the keys.</param>
    /// <param name="store">Empties it when it is full.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <exception cref="CsvJobException">The other file is not there, cannot be read, or has not these columns.</exception>
    public async Task ReadAsync(int index, KeyRun run, Func<CancellationToken, ValueTask> store, CancellationToken cancellationToken)
    {
        var key = schema.ForeignKeys[index];
        var list = schema.Keys.Count + (2 * index) + 1;
        var name = ReferencedFile.NameOf(key, plan.References);
        if (ReferencedTable.IsNamed(name))
        {
            var table = await loads.FindReferenceAsync(plan.Load?.Connection, name, schema, key, cancellationToken);
            await using var writer = new ReferenceWriter(table.Fields, key, list, run, hashing);
            await foreach (var _ in table.WriteAsync(writer, cancellationToken))
            {
                if (run.IsFull) await store(cancellationToken);
            }

            return;
        }

        if (!BlobName.TryParse(name, [Containers.Incoming, Containers.Schemas], out var blob, out _))
        {
            throw new CsvJobException(
                $"A foreign key refers to \"{key.Resource}\", which is no blob: say which it is with the option references, such as " +
                $"{{\"{key.Resource}\": \"incoming/{key.Resource}.csv\"}}.");
        }

        try
        {
            await ReadAsync(key, list, blob, run, store, cancellationToken);
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

    private async Task ReadAsync(
        ForeignKey key, int list, BlobName name, KeyRun run, Func<CancellationToken, ValueTask> store, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(name, cancellationToken);
        var blob = container.GetBlobClient(name.Path);
        var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
        var (etag, size) = (properties.ETag.ToString().Trim('"'), properties.ContentLength);
        var source = new IncomingSource(blob, etag);
        var own = await schemas.FindBesideAsync(name.Path, cancellationToken, name.Container);
        var facts = await FileInspector.InspectAsync(source, size, new CsvJobOptions(Header: true), own, cancellationToken);
        var fields = FieldsOf(facts.Schema, isGiven: own is not null, key);
        var other = CsvPlan.Of(
            new CsvJobInput(name.Path, etag, "", new CsvJobOptions()), etag, size, facts, isSchemaInferred: true);

        await using var writer = new ReferenceWriter(fields, key, list, run, hashing);
        var cleaner = new RecordCleaner(new TableSchema(fields) { MissingValues = facts.Schema.MissingValues }, dialect: other.Dialect);
        var all = new RangeTask("", etag, "", facts.DataStart, other.IsSequential ? long.MaxValue : size, facts.DataStart);
        await using var feed = await RecordFeed.OpenAsync(other, all, source, cancellationToken);
        do
        {
            while (feed.TryRead())
            {
                cleaner.TryClean(feed.Current, writer, out _);
                if (run.IsFull) await store(cancellationToken);
            }
        }
        while (await feed.FillAsync(cancellationToken));
    }

    // Without a schema of its own the other file's values are read as those are that refer to them; nothing else of it is judged.
    private List<SchemaField> FieldsOf(TableSchema other, bool isGiven, ForeignKey key)
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
