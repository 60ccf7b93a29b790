using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Report;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Requests;
using Serverless.CsvJobs.Run;
using Serverless.CsvParsing;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Tasks;

namespace Serverless.CsvPipeline;

/// <summary>Judges a file before it is processed: its dialect, its schema, and by the schema its first 10,000 records.</summary>
internal sealed class InputValidator(
    Containers containers, SchemaSource schemas, GivenSchemas beside, IOptions<CsvSettings> settings, TimeProvider time)
{
    /// <summary>Validates a file.</summary>
    /// <param name="input">What <c>POST /api/csv</c> takes as its body: <c>blob</c>, and options.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <exception cref="TaskValidationException">The options are at fault: all faults in one message.</exception>
    /// <exception cref="InputMissingException">The file is not there.</exception>
    public async Task<ValidatedInput> ValidateAsync(JsonObject input, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (path, options, schemaJson) = await ReadAsync(input, cancellationToken);
        var incoming = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var job = new CsvJobInput(path, "", path, options);
        var sample = await SampledFile.FindAsync(incoming, job, cancellationToken)
            ?? throw new InputMissingException($"There is no blob {Containers.Incoming}/{path}. Upload it.");

        var result = new ValidatedInput(
            false, [], 0, 0, $"{Containers.Incoming}/{path}", sample.Size, 0, schemaJson is not null,
            new PipelineFile(path, sample.ETag, options, schemaJson), 0);
        try
        {
            result = await JudgeAsync(sample, job, result, cancellationToken);
        }
        catch (CsvJobException e)
        {
            result = result with { Errors = [e.Message] };
        }

        return result with { Valid = result.Errors.Count == 0, Seconds = time.GetElapsedTime(started).TotalSeconds };
    }

    private async Task<(string Path, CsvJobOptions Options, string? Schema)> ReadAsync(
        JsonObject input, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var asked = CsvRequestReader.Read(input, settings.Value, blobIsGiven: false, faults);
        var schema = await schemas.ReadAsync(asked, faults, cancellationToken);
        if (asked.Options.OnFinished is not null)
            faults.Add("onFinished", "Is for jobs by themselves: in a workflow another step follows.");
        if (faults.Any || asked.Blob is null)
            throw new TaskValidationException(
                "The input is at fault. " + string.Join(' ', faults.ToErrors().Select(f => $"{f.Key}: {string.Join(' ', f.Value)}")));
        return (asked.Blob.Path, asked.Options with { SchemaHash = schema?.Hash }, schema?.Json);
    }

    private async Task<ValidatedInput> JudgeAsync(
        SampledFile sample, CsvJobInput job, ValidatedInput result, CancellationToken cancellationToken)
    {
        var schema = result.File.Schema is { } given
            ? TableSchemaParser.Parse(given).Schema
            : await beside.FindBesideAsync(job.Path, cancellationToken);
        result = result with { SchemaIsGiven = schema is not null };
        var facts = await sample.InspectAsync(schema, cancellationToken);
        result = result with { Dialect = DialectText.Of(facts.Dialect), Columns = facts.Schema.Fields.Count };

        var cleaner = new RecordCleaner(facts.Schema, job.Options.Output, facts.Dialect);
        await sample.ReadAsync(
            facts, (in CsvRecord record) => cleaner.TryClean(record, DiscardingWriter.Instance, out _) || true, cancellationToken);
        return result with
        {
            ValidatedRecords = cleaner.Accepted,
            RejectedRecords = cleaner.Rejected,
            Errors = cleaner.Accepted == 0 && cleaner.Rejected > 0 ? [NothingFits(cleaner)] : [],
        };
    }

    private static string NothingFits(RecordCleaner cleaner)
    {
        RejectReason reason = cleaner.CreateStatistics().Reasons[0];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"None of the first {cleaner.Rejected} records meets the schema; most often: " +
            $"{reason.Code}{(reason.Field.Length > 0 ? $" in {reason.Field}" : "")}, {reason.Message}.");
    }
}
