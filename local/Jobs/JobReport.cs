using System.Globalization;
using System.Text.Json.Nodes;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.Local.Screens;

namespace Serverless.Local.Jobs;

/// <summary>Says how a job ended: counts, the reasons that refused most records, and where the results are.</summary>
internal sealed class JobReport(IScreen screen)
{
    /// <summary>The outcome of a job, as JSON.</summary>
    public static JsonObject ToJson(IJobSource file, CsvJobStatus status, IReadOnlyList<FileInfo> results) => new()
    {
        ["file"] = file.Name,
        ["id"] = status.Id,
        ["status"] = status.State.ToString(),
        ["total"] = status.Total,
        ["accepted"] = status.Accepted,
        ["rejected"] = status.Rejected,
        ["error"] = status.Error,
        ["results"] = new JsonArray([.. results.Select(r => (JsonNode)Path.GetRelativePath(".", r.FullName))]),
    };

    /// <returns>Whether the job was completed.</returns>
    public bool Show(IJobSource file, CsvJobStatus status, IReadOnlyList<FileInfo> results)
    {
        var summary = results.FirstOrDefault(result => result.Name == "summary.json") is { } found
            ? JobSummary.FromJson(File.ReadAllBytes(found.FullName)) : null;
        if (summary is not null)
        {
            screen.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{file.Name}: {Texts.Count(summary.Rows, "record")}, {summary.Accepted:N0} accepted, {summary.Rejected:N0} rejected " +
                $"({Texts.FormatShare(summary.Rejected, summary.Rows)}), in {summary.DurationSeconds:0.0} s"));
            if (summary.Skipped > 0)
                screen.WriteLine($"{Texts.Count(summary.Skipped, "line")} above the table or between records skipped (titles, comments)");
            foreach (var note in summary.Notes) screen.WriteLine(note);
            ShowReasons(summary.TopReasons);
            ShowInference(summary.Inference);
        }

        if (results.Count > 0)
        {
            screen.WriteLine();
            screen.WriteTable(
                ["Result", "Size"], results.Select(
                    result => (string[])[Path.GetRelativePath(".", result.FullName), Sizes.Format(result.Length)]));
        }

        foreach (var warning in summary?.Warnings ?? []) screen.Note($"Warning: {warning}");
        if (status.State == CsvJobState.Completed) return true;
        screen.WriteFault($"Job {status.Id} ended as {status.State}. {status.Error}".TrimEnd());
        return false;
    }

    private void ShowInference(InferenceSummary? inference)
    {
        if (inference is not { Columns.Count: > 0 }) return;
        screen.WriteLine();
        screen.WriteLine($"Inferred schema (a sample of {Texts.Count(inference.Records, "record")})");
        screen.WriteTable(InferenceTable.Headings, InferenceTable.BuildRows(inference));
    }

    private void ShowReasons(IReadOnlyList<RejectReason> reasons)
    {
        if (reasons.Count == 0) return;
        screen.WriteLine();
        screen.WriteLine("Rejected most often");
        screen.WriteTable(
            ["Code", "Field", "Records", "First at line", "There"],
            reasons.Select(reason => (string[])
            [
                reason.Code, reason.Field, reason.Count.ToString("N0", CultureInfo.InvariantCulture),
                (reason.File is null ? "" : Path.GetFileName(reason.File) + ":") + reason.Line.ToString("N0", CultureInfo.InvariantCulture),
                reason.Message,
            ]));
    }
}
