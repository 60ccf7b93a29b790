using System.Text;
using System.Text.Json;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Requests;
using Serverless.CsvJobs.Run;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Workflows;

namespace Serverless.CsvPipeline;

/// <summary>The file of a pipeline's run, as its validation passes it on.</summary>
/// <param name="Path">Its path within <c>incoming</c>.</param>
/// <param name="ETag">Its content: later steps refuse another.</param>
/// <param name="Options">What was asked for.</param>
/// <param name="Schema">The schema that the input gave or named, as JSON; null when it did not.</param>
internal sealed record PipelineFile(string Path, string ETag, CsvJobOptions Options, string? Schema = null)
{
    /// <summary>The file that a step's arguments name.</summary>
    /// <exception cref="TaskValidationException">They name none, or it is at fault.</exception>
    public static PipelineFile Of(OrchestrationRequest request)
    {
        try
        {
            var file = request.Args.Deserialize<FileArgs>(AppJson.Options)!.File;
            file.Check();
            return file;
        }
        catch (JsonException e)
        {
            throw new TaskValidationException(
                $"The step {request.Step} takes {{\"file\": \"$.steps.validate_input.file\"}}: {JsonErrors.Describe(e)}", e);
        }
    }

    /// <summary>The CSV job of a run: the same for each of the run's steps, and of no other run.</summary>
    public CsvJobInput ToJob(string runId)
    {
        var id = CsvJobId.Create(Path, ETag, Options, runId);
        return new CsvJobInput(Path, ETag, JobFolder.NameOf(Path, id), Options);
    }

    /// <summary>
    /// Checks what did not come from <c>validate_input</c>, maybe: the steps' tasks can be sent by anybody who may send tasks.
    /// </summary>
    /// <exception cref="TaskValidationException">It is at fault.</exception>
    public void Check()
    {
        if (!BlobName.TryParse($"{Containers.Incoming}/{Path}", [Containers.Incoming], out _, out var fault))
            throw new TaskValidationException($"file.path: {fault}");
        if (Options.MaxParallel is < 1 or > CsvRequestReader.MaxMaxParallel
            || Options.ChunkBytes is < 1 or > CsvRequestReader.MaxChunkBytes)
            throw new TaskValidationException(
                "file.options: maxParallel or chunkBytes is out of its bounds; give what validate_input answered.");
        if (Schema is not null && TableSchemaParser.Parse(Schema) is { Schema: null } parsed)
            throw new TaskValidationException($"file.schema: {string.Join("; ", parsed.Faults)}");
    }

    /// <summary>Puts the schema where the inspection of a folder's job looks for it.</summary>
    internal async Task SaveSchemaAsync(Containers containers, string folder, CancellationToken cancellationToken)
    {
        if (Schema is null) return;
        var blobs = await JobFolder.OpenAsync(containers, folder, cancellationToken);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(Schema));
        await blobs.GivenSchema.UploadAsync(content, overwrite: true, cancellationToken);
    }
}

/// <summary>The arguments of steps that work on the file.</summary>
/// <param name="File">What <c>validate_input</c> answered as <c>file</c>.</param>
internal sealed record FileArgs(PipelineFile File);
