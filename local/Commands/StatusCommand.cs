using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.CsvJobs;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Jobs;
using Serverless.Local.Screens;
using Serverless.Monitoring;

namespace Serverless.Local.Commands;

/// <summary>Lists jobs, or shows one: asks the host that works on the data folder, or reads the folder when there is none.</summary>
internal sealed class StatusCommand(IScreen screen, TimeProvider time)
{
    private const int MaxJobs = 100;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static CommandSyntax Syntax { get; } = new("status", "Lists the newest jobs, or shows one.", ["[ID]"],
    [
        new("--json", null, "As JSON."),
        Switches.Watch,
        SessionOptions.Data,
    ]);

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var view = new StatusView(screen, time);
        var id = arguments.GetPositional(0);
        arguments.Check();

        var options = new SessionOptions(arguments.GetText(SessionOptions.Data.Name), Port: 0);
        await using var jobs = await JobCatalog.OpenAsync(options, new SilentProgress(), time, cancellationToken);
        if (id is not null)
        {
            var job = await jobs.FindAsync(id, cancellationToken) ?? await FindByStartAsync(jobs, id, cancellationToken)
                ?? throw new CommandFailedException($"There is no job {id} in {options.Folder}.");
            if (arguments.Has("--json")) screen.WriteLine(JsonSerializer.Serialize(job, Json));
            else view.Show(job);
            return 0;
        }

        var all = await jobs.ListAsync(MaxJobs, cancellationToken);
        if (arguments.Has("--json")) screen.WriteLine(JsonSerializer.Serialize(all, Json));
        else if (all.Count == 0) screen.WriteLine($"No jobs in {options.Folder}.");
        else view.Show(all);
        if (jobs.Host is { } host && !arguments.Has("--json")) await ShowPausesAsync(host, cancellationToken);
        return 0;
    }

    // Nobody should have to guess why nothing goes on.
    private async Task ShowPausesAsync(Uri host, CancellationToken cancellationToken)
    {
        using var api = new HostApi(new HostTarget(host, Key: null));
        var health = await api.GetAsync(HostApi.BuildPath("monitor/health", ("hours", "1")), cancellationToken);
        if (health.TryGetProperty("pauses", out var pauses))
            new MonitorView(screen, time).ShowPauses(pauses.Deserialize<PausedWork[]>(JsonSerializerOptions.Web) ?? []);
    }

    // Where lines are short an id is shown by its first characters, and they will do.
    private static async Task<CsvJobStatus?> FindByStartAsync(JobCatalog jobs, string start, CancellationToken cancellationToken) =>
        start.Length < StatusView.ShortId
            || (await jobs.ListAsync(MaxJobs, cancellationToken)).Where(job => job.Id.StartsWith(start, StringComparison.Ordinal))
                .ToList() is not [var only] ? null : only;

    private sealed class SilentProgress : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }
}
