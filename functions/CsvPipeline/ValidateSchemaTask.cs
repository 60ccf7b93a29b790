using Serverless.Csv.Report;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;
using Serverless.Storage;
using Serverless.Tasks;

namespace Serverless.CsvPipeline;

/// <summary>
/// The task <c>validate_schema</c>: compares what a file's first records look like with the schema that was given for it.
/// </summary>
[TaskHandler("validate_schema", Queue = "data_processing")]
internal sealed class ValidateSchemaTask(Containers containers, GivenSchemas beside, TimeProvider time)
    : ITaskHandler<FileArgs, SchemaReport>
{
    private const int Records = 1_000;

    /// <inheritdoc/>
    public async Task<SchemaReport> RunAsync(FileArgs args, TaskContext context)
    {
        args.File.Check();
        var started = time.GetTimestamp();
        var differences = await CompareAsync(args.File, context.CancellationToken);
        return new SchemaReport(
            differences is not null, differences is null or [], differences ?? [], time.GetElapsedTime(started).TotalSeconds);
    }

    private async Task<IReadOnlyList<SchemaDifference>?> CompareAsync(PipelineFile file, CancellationToken cancellationToken)
    {
        var given = file.Schema is { } json
            ? TableSchemaParser.Parse(json).Schema : await beside.FindBesideAsync(file.Path, cancellationToken);
        if (given is null) return null;

        var incoming = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var sample = await SampledFile.FindAsync(
            incoming, new CsvJobInput(file.Path, file.ETag, file.Path, file.Options), cancellationToken)
            ?? throw new InputMissingException($"There is no blob {Containers.Incoming}/{file.Path} any more.");
        var facts = await sample.InspectAsync(schema: null, cancellationToken);
        var labels = facts.Dialect.HasHeader ? await sample.ReadLabelsAsync(facts, cancellationToken) : LabelsByPlace(given, facts.Schema);
        var comparer = new SchemaComparer(given, facts.Schema, labels, facts.Dialect);
        var left = Records;
        await sample.ReadAsync(
            facts,
            (in CsvRecord record) =>
            {
                comparer.Take(record);
                return --left > 0;
            },
            cancellationToken);
        return comparer.ListDifferences();
    }

    // Without a header a column is what stands in its place.
    private static string[] LabelsByPlace(TableSchema given, TableSchema inferred) =>
        [.. inferred.Fields.Select((f, i) => i < given.Fields.Count ? given.Fields[i].Name : f.Name)];
}
