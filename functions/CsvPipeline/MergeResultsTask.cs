using Serverless.Csv.Report;
using Serverless.CsvJobs.Run;
using Serverless.CsvPipeline.Profiling;
using Serverless.Storage;
using Serverless.Tasks;

namespace Serverless.CsvPipeline;

/// <summary>The results of the steps that ran side by side.</summary>
/// <param name="Input">What <c>validate_input</c> answered.</param>
/// <param name="Features">What <c>extract_features</c> answered.</param>
/// <param name="Cleaning">What <c>clean_data</c> answered.</param>
/// <param name="Schema">What <c>validate_schema</c> answered.</param>
internal sealed record MergeArgs(ValidatedInput Input, FeaturesResult Features, CsvJobResult Cleaning, SchemaReport Schema);

/// <summary>A run's results in one.</summary>
/// <param name="Blob">The file.</param>
/// <param name="Folder">Where its outputs lie, within <c>processed</c>.</param>
/// <param name="Total">Records.</param>
/// <param name="Accepted">Records in the clean output.</param>
/// <param name="Rejected">Records in <c>rejects.csv</c>.</param>
/// <param name="AcceptedShare">Accepted records by all, 0 to 1; 1 for a file without records.</param>
/// <param name="Columns">Columns of the clean output.</param>
/// <param name="SchemaConforms">The file's columns are those of the schema; true without one.</param>
/// <param name="Profile">The blob with the columns' profile.</param>
/// <param name="Outputs">All blobs that were written.</param>
/// <param name="FeaturesSeconds">How long the profile took.</param>
internal sealed record PipelineResult(
    string Blob, string Folder, long Total, long Accepted, long Rejected, double AcceptedShare, int Columns, bool SchemaConforms,
    string Profile, IReadOnlyList<string> Outputs, double FeaturesSeconds);

/// <summary>The task <c>merge_processing_results</c>.</summary>
[TaskHandler("merge_processing_results", Queue = "data_processing")]
internal sealed class MergeResultsTask : ITaskHandler<MergeArgs, PipelineResult>
{
    /// <inheritdoc/>
    public Task<PipelineResult> RunAsync(MergeArgs args, TaskContext context) => Task.FromResult(Merge(args));

    /// <summary>Merges, and holds the two readings of the file against each other.</summary>
    /// <exception cref="BusinessRuleException">Profile and clean output are not of the same records.</exception>
    public static PipelineResult Merge(MergeArgs args)
    {
        var cleaning = args.Cleaning;
        if (args.Features.Total != cleaning.Total)
        {
            throw new BusinessRuleException(
                $"The profile was made of {args.Features.Total} records and the clean output of {cleaning.Total}: they are not of the " +
                $"same content. Run the pipeline again.");
        }

        return new PipelineResult(
            args.Input.Blob,
            FolderOf(cleaning.Outputs),
            cleaning.Total,
            cleaning.Accepted,
            cleaning.Rejected,
            cleaning.Total == 0 ? 1 : cleaning.Accepted / (double)cleaning.Total,
            args.Features.Columns,
            args.Schema.Conforms,
            args.Features.Profile,
            cleaning.Outputs.Contains(args.Features.Profile) ? cleaning.Outputs : [.. cleaning.Outputs, args.Features.Profile],
            args.Features.Seconds);
    }

    private static string FolderOf(IReadOnlyList<string> outputs)
    {
        const string summary = "/" + Outputs.Summary;
        var found = outputs.FirstOrDefault(o => o.EndsWith(summary, StringComparison.Ordinal))
            ?? throw new TaskValidationException("cleaning.outputs names no summary.json: give what clean_data answered.");
        return found[(Containers.Processed.Length + 1)..^summary.Length];
    }
}
