using System.Globalization;
using Serverless.CsvJobs;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands;

/// <summary>Jobs as tables.</summary>
internal sealed class StatusView(IScreen screen, TimeProvider time)
{
    /// <summary>The characters of an id that are shown where lines are short.</summary>
    public const int ShortId = 16;

    private const int Wide = 110;

    public void Show(IEnumerable<CsvJobStatus> jobs) =>
        screen.WriteTable(["Job", "File", "Status", "Records", "Rejected", "Started"], jobs.Select(Row));

    public void Show(CsvJobStatus job)
    {
        string?[][] facts =
        [
            ["Job", job.Id],
            ["File", job.Blob],
            ["Status", job.State.ToString()],
            ["Progress", job.Progress?.Status],
            ["Error", job.Error],
            ["Records", Number(job.Total)],
            ["Accepted", Number(job.Accepted)],
            ["Rejected", Number(job.Rejected)],
            ["Started", Moment(job.CreatedAt)],
            ["Ended", job.EndedAt is { } end ? Moment(end) : null],
            .. job.Outputs.Select(output => (string?[])["Output", output.Name]),
        ];
        screen.WriteTable(["", ""], facts.Where(fact => !string.IsNullOrEmpty(fact[1])).Select(fact => (string[])[fact[0]!, fact[1]!]));
    }

    private string[] Row(CsvJobStatus job)
    {
        var isShort = screen.Width < Wide;
        return
        [
            isShort && job.Id.Length > ShortId
                ? job.Id[..ShortId] : job.Id, Path.GetFileName(job.Blob), job.State.ToString(), Number(job.Total), Number(job.Rejected),
            isShort ? $"{Texts.FormatDuration(time.GetUtcNow() - job.CreatedAt)} ago" : Moment(job.CreatedAt),
        ];
    }

    private static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    private static string Moment(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
