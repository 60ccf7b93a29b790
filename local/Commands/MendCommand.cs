using System.Text.Json;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.Local.CommandLine;
using Serverless.Local.Jobs;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands;

/// <summary>Sends mended rejects back, to the host at work on the data folder, or to one of its own for as long as it takes.</summary>
internal sealed class MendCommand(IScreen screen, TimeProvider time)
{
    public static CommandSyntax Syntax { get; } = new(
        "mend", "Sends mended rejects of a job back; they go to their place in its output.", ["JOB", "FILE"],
    [
        new("--out", "DIR", "Fetches the job's results as they are then."),
        new("--by", "NAME", "Who mended them; the summary names them."),
        new("--json", null, "As JSON."),
        SessionOptions.Data,
    ]);

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var (id, path) = (arguments.GetPositional(0), arguments.GetPositional(1));
        if (path is not null) FileChecks.RequireReadable(arguments, path);
        var (folder, by) = (arguments.GetText("--out"), arguments.GetText("--by"));
        if (folder is not null) FileChecks.RequireWritable(arguments, folder, "--out");
        arguments.Check();

        var settings = new SessionOptions(
            arguments.GetText(SessionOptions.Data.Name), Port: 0, IsVerbose: arguments.Has(CommandSyntax.Verbose.Name));
        await using var host = await CsvHost.OpenAsync(settings, screen, time, cancellationToken);
        await using var rejects = File.OpenRead(path!);
        var api = await host.Api;
        var sent = await api.MendAsync(id!, rejects, by, cancellationToken);
        var (job, round) = await WaitAsync(api, id!, sent, cancellationToken);
        if (arguments.Has("--json")) screen.WriteLine(JsonSerializer.Serialize(round, JsonSerializerOptions.Web));
        else Show(job, round);
        if (round.Error is not null) return 1;
        if (folder is null) return 0;
        await FileJob.DownloadAsync(host.Containers, [.. job.Outputs.Select(o => o.Name)], folder, cancellationToken);
        return 0;
    }

    private async Task<(CsvJobStatus Job, MendRound Round)> WaitAsync(
        CsvApi api, string id, string round, CancellationToken cancellationToken)
    {
        for (var pause = new GrowingPause(time); ;)
        {
            var job = await api.FindAsync(id, cancellationToken) ?? throw new CommandFailedException($"Job {id} is not there any more.");
            if (job.Mended?.FirstOrDefault(r => r.Id == round) is { } ended) return (job, ended);
            await pause.WaitAsync(cancellationToken);
        }
    }

    private void Show(CsvJobStatus job, MendRound round)
    {
        if (round.Error is { } error)
        {
            screen.WriteLine($"Nothing was mended. {error}");
            return;
        }

        screen.WriteTable(["", ""],
        [
            ["Mended", $"{round.Accepted:N0}"],
            ["Still wrong", $"{round.Rejected:N0}"],
            ["Dropped", $"{round.Dropped:N0}"],
            ["Not among the rejects", $"{round.Unknown:N0}"],
            ["Accepted in all", $"{job.Accepted:N0}"],
            ["Rejected in all", $"{job.Rejected:N0}"],
        ]);
    }
}
