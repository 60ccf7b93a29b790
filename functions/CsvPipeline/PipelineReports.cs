using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Serverless.Csv.Profile;
using Serverless.Csv.Report;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvPipeline.Profiling;
using Serverless.Storage;
using Serverless.Tasks;

namespace Serverless.CsvPipeline;

/// <summary>Writes the reports of pipeline runs: <c>report.html</c> for people, <c>report.json</c> with all figures for programs.</summary>
internal sealed class PipelineReports(Containers containers, TimeProvider time, ILogger<PipelineReports> logger)
{
    private const string JsonName = "report.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes a run's report into the folder of its outputs.</summary>
    /// <exception cref="TaskValidationException">The results are not of the file.</exception>
    public async Task<ReportResult> WriteAsync(ReportArgs args, CancellationToken cancellationToken)
    {
        args.Input.File.Check();
        var name = args.Results?.Folder ?? args.Input.File.ToJob(args.RunId).Folder;
        PathOf(args.Input.File, $"{Containers.Processed}/{name}");
        var folder = await JobFolder.OpenAsync(containers, name, cancellationToken);
        var builder = new CsvReportBuilder(args.Input.Blob, args.Input.Bytes, time.GetUtcNow())
            .AddFacts(args.Input.Dialect?.ListFacts(args.Input.SchemaIsGiven) ?? [])
            .AddErrors(args.Input.Errors)
            .AddSchema(args.Schema);
        JobSummary? summary = null;
        ProfileFile? profile = null;
        if (args.Results is { } results)
        {
            // Of a run that took over finished steps, the profile may lie in the folder of the run before.
            var found = PathOf(args.Input.File, results.Profile);
            summary = JobSummary.FromJson(await ReadAsync(folder, Outputs.Summary, cancellationToken));
            var profileFolder = await JobFolder.OpenAsync(containers, found[..found.LastIndexOf('/')], cancellationToken);
            profile = ProfileFile.FromJson(await ReadAsync(profileFolder, ExtractFeatures.ProfileName, cancellationToken));
            builder.AddSummary(summary)
                .AddProfile(profile)
                .AddExamples(
                    summary.Rejected > 0
                        ? await RejectExample.FindAsync(folder.GetOutput(Outputs.Rejects), RejectExample.MaxShown, cancellationToken) : [])
                .AddTimings(
                    ("validate_input", args.Input.Seconds),
                    ("extract_features", results.FeaturesSeconds),
                    ("clean_data", summary.DurationSeconds),
                    ("validate_schema", args.Schema?.Seconds ?? 0))
                .AddOutputs(results.Outputs);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                args.RunId,
                Input = args.Input with { File = args.Input.File with { Schema = null } },
                args.Results,
                args.Schema,
                Summary = summary,
                Profile = profile
            }, Json);
        var report = new ReportResult(
            await UploadAsync(
                folder, CsvReport.HtmlName, Encoding.UTF8.GetBytes(
                    await builder.Build().ToHtmlAsync()), "text/html; charset=utf-8", cancellationToken),
            await UploadAsync(folder, JsonName, json, "application/json", cancellationToken));
        Logs.ReportWritten(logger, args.RunId);
        return report;
    }

    // What a file's runs wrote lies below its own path, and nothing else is read or written here.
    private static string PathOf(PipelineFile file, string blob)
    {
        if (BlobName.TryParse(blob, [Containers.Processed], out var name, out var fault)
            && name.Path.StartsWith(file.Path + "/", StringComparison.Ordinal)) return name.Path;
        throw new TaskValidationException($"results: \"{blob}\" is no output of {Containers.Incoming}/{file.Path}. {fault}".TrimEnd());
    }

    private static async Task<byte[]> ReadAsync(JobFolder folder, string name, CancellationToken cancellationToken) =>
        (await folder.GetOutput(name).DownloadContentAsync(cancellationToken)).Value.Content.ToArray();

    private static async Task<string> UploadAsync(
        JobFolder folder, string name, byte[] content, string contentType, CancellationToken cancellationToken)
    {
        var blob = folder.GetOutput(name);
        using var stream = new MemoryStream(content);
        await blob.UploadAsync(
            stream, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType } }, cancellationToken);
        return $"{Containers.Processed}/{blob.Name}";
    }
}
