using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Requests;
using Serverless.CsvJobs.Store;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Resources;
using Serverless.Local.Jobs;
using Serverless.Local.Jobs.Packages;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands;

/// <summary>Cleans files, in the host at work on the data folder, or in one of its own for as long as it takes.</summary>
internal sealed class ProcessCommand(IScreen screen, TimeProvider time)
{
    private const string JsonSwitch = "--json", OpenSwitch = "--open", TogetherSwitch = "--together";
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(30);

    public static OptionSyntax Schema { get; } = new(
        "--schema", "S",
        "A Frictionless Table Schema; FILE's name with .schema.json is taken if it is there, else the schema is inferred.");

    public static CommandSyntax Syntax { get; } = new(
        "process", "Cleans CSV files, those of a folder or of a pattern, or each file of a datapackage.json; - is the input stream.",
        ["FILE", "[FILE...]"],
    [
        Schema,
        new("--out", "DIR", "Where the results go; ./out/<name of the file> unless given, and a folder each in DIR for several files."),
        .. JobSwitches.All,
        new(
            "--references", "N=FILE,...",
            "The files, or tables of the load's database (N=table:T), that foreign keys refer to, by the schema's names for them."),
        .. LoadSwitches.All,
        SessionOptions.Data,
        new(TogetherSwitch, null, "Cleans all files as one job with one schema and one output, instead of a job each."),
        new(OpenSwitch, null, "Opens each report when its job has ended."),
        new(JsonSwitch, null, "Shows what came of each file as JSON, and nothing else."),
    ]);

    private readonly List<JsonObject> _ended = [];

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        if (!arguments.Has(JsonSwitch)) return await ProcessAsync(arguments, cancellationToken);

        // The result is the JSON alone; faults and warnings have a stream of their own.
        var quiet = new ProcessCommand(new QuietScreen(screen), time);
        var code = await quiet.ProcessAsync(arguments, cancellationToken);
        screen.WriteLine(Texts.FormatJson(JsonSerializer.SerializeToElement(quiet._ended)));
        return code;
    }

    private async Task<int> ProcessAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var paths = SourcePaths.Expand(arguments, [.. arguments.ListPositionals(from: 0).Distinct()]);
        foreach (var path in paths.Where(p => p != StandardInput.Name)) FileChecks.RequireReadable(arguments, path);
        var schema = arguments.GetText(Schema.Name);
        if (schema is not null) FileChecks.RequireReadable(arguments, schema);
        var options = JobSwitches.Read(arguments);
        LoadSwitches.Read(arguments, options);
        var references = ReadReferences(arguments, options);
        arguments.Check();

        using var input = paths.Contains(StandardInput.Name) ? await StandardInput.KeepAsync(cancellationToken) : null;
        var tasks = new List<FileTask>();
        if (arguments.Has(TogetherSwitch)) tasks.AddRange(Join(arguments, paths, schema, options, references));
        else tasks.AddRange(paths.SelectMany(p => Plan(arguments, p, input, schema, options, references, isOnly: paths.Count == 1)));
        arguments.Check();
        foreach (var twice in tasks.GroupBy(t => Path.GetFullPath(t.Folder)).Where(g => g.Count() > 1))
            arguments.Refuse($"The results of {string.Join(" and ", twice.Select(t => t.File.Name))} would go to the same folder.");
        foreach (var task in tasks) FileChecks.RequireWritable(arguments, task.Folder, "--out");
        arguments.Check();

        var settings = new SessionOptions(
            arguments.GetText(SessionOptions.Data.Name), Port: 0, IsVerbose: arguments.Has(CommandSyntax.Verbose.Name));
        var host = await CsvHost.OpenAsync(settings, screen, time, cancellationToken);
        var code = 0;
        try
        {
            foreach (var task in tasks)
            {
                // A host that is not ours may end; what it began is taken up where it was.
                int? ended;
                while ((ended = await TryRunAsync(task, host, isLast: task == tasks[^1], cancellationToken)) is null)
                {
                    await host.DisposeAsync();
                    host = await CsvHost.OpenAsync(settings, screen, time, cancellationToken);
                }

                code = Math.Max(code, ended.Value);
                var report = Path.Combine(task.Folder, "report.html");
                if (arguments.Has(OpenSwitch) && File.Exists(report)) Browser.Open(Path.GetFullPath(report));
            }
        }
        finally
        {
            await host.DisposeAsync();
        }

        return code;
    }

    private static IReadOnlyList<FileTask> Plan(
        Arguments arguments, string path, StandardInput? input, string? schema, JsonObject options,
        IReadOnlyList<Reference> references, bool isOnly)
    {
        var isPackage = path != StandardInput.Name && DataPackage.IsPackage(path);
        if (isPackage && schema is not null)
        {
            arguments.Refuse("--schema is for one file; the files of a package have their own.");
            return [];
        }

        var file = path == StandardInput.Name ? input!.File : path;
        IReadOnlyList<FileTask> tasks = isPackage
            ? FileTask.OfPackage(path, arguments.GetText("--out"), options, references)
            : [FileTask.OfFile(file, arguments.GetText("--out"), schema, options, references, isOnly)];
        foreach (var task in tasks)
            Validate(arguments, task, isPackage ? Path.GetFileName(task.Folder) : isOnly ? null : task.File.Name);
        return tasks;
    }

    private static IReadOnlyList<FileTask> Join(
        Arguments arguments, IReadOnlyList<string> paths, string? schema, JsonObject options, IReadOnlyList<Reference> references)
    {
        if (paths.Any(p => p == StandardInput.Name || DataPackage.IsPackage(p)))
        {
            arguments.Refuse($"{TogetherSwitch} is for CSV files; a data package and the input stream are jobs of their own.");
            return [];
        }

        var task = FileTask.OfSet(paths, arguments.GetText("--out"), schema, options, references);
        Validate(arguments, task, name: null);
        return [task];
    }

    /// <returns>Null when the host is not ours and has gone.</returns>
    private async Task<int?> TryRunAsync(FileTask task, CsvHost host, bool isLast, CancellationToken cancellationToken)
    {
        var job = new FileJob(task.File, task.Options.DeepClone().AsObject(), host.Api, host.Containers, host.Incoming, time);
        try
        {
            return await RunAsync(job, task, isLast ? host.StopFunctionsAsync : () => Task.CompletedTask, cancellationToken);
        }
        catch (Exception) when (host.Api.IsFaulted)
        {
            // Its storage closed while we used it: the reason is why the host did not open.
            await host.Api;
            throw;
        }
        catch (Exception lost) when (!host.IsOurs && IsGone(lost) && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            screen.WriteLine("Cancelling");
            using var limit = new CancellationTokenSource(CancelLimit, time);
            await job.CancelAsync(limit.Token);
            throw;
        }
    }

    private static bool IsGone(Exception lost) => lost is HttpRequestException or HttpIOException or RequestFailedException { Status: 0 }
        || (lost is AggregateException many && many.InnerExceptions.All(IsGone));

    private static void Validate(Arguments arguments, FileTask task, string? name)
    {
        var faults = new ValidationErrors();
        CsvRequestReader.Read(task.Options.DeepClone().AsObject(), new CsvSettings(), blobIsGiven: true, faults);
        if (task.Schema is not null) SchemaSource.Parse(Encoding.UTF8.GetString(task.Schema), faults);
        foreach (var (option, sentences) in faults.ToErrors())
        {
            foreach (var sentence in sentences)
                arguments.Refuse($"{(name is null ? "" : $"{name}: ")}{option}: {sentence}");
        }
    }

    private static List<Reference> ReadReferences(Arguments arguments, JsonObject options)
    {
        var references = new List<Reference>();
        if (arguments.GetText("--references") is not { } text) return references;
        if (QueryOptions.MapOf(text) is not { } named)
        {
            arguments.Refuse("--references must be pairs such as 'customers=customers.csv', each name once.");
            return references;
        }

        foreach (var (name, value) in named)
        {
            var path = value!.GetValue<string>();
            if (ReferencedTable.IsNamed(path))
            {
                var tables = options["references"] as JsonObject ?? [];
                tables[name] = path;
                options["references"] = tables;
                continue;
            }

            FileChecks.RequireReadable(arguments, path);
            if (File.Exists(path))
                references.Add(new Reference(name, path, new SourceFile(path).FindSchema() is { } own ? File.ReadAllBytes(own) : null));
        }

        return references;
    }

    /// <param name="job">The job.</param>
    /// <param name="task">Its input.</param>
    /// <param name="stop">Called once no more is asked of the host; the results are fetched meanwhile.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task<int> RunAsync(FileJob job, FileTask task, Func<Task> stop, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        var file = task.File;
        if (task.Schema is not null) await job.UseSchemaAsync(task.Schema, cancellationToken);
        foreach (var (name, other, schema) in task.References)
            await job.UseReferenceAsync(name, new SourceFile(other), schema, cancellationToken);
        var known = await job.IsUploadedAsync(cancellationToken);
        if (!known) await UploadAsync(job, file, cancellationToken);

        var status = await job.StartAsync(cancellationToken);
        if (known && status.State is CsvJobState.Failed or CsvJobState.Cancelled)
        {
            // New content, as the storage sees it, is a new job.
            await UploadAsync(job, file, cancellationToken);
            status = await job.StartAsync(cancellationToken);
        }
        else if (known)
        {
            var before = status.State == CsvJobState.Completed ? "Done before"
                : status.CreatedAt < started ? "Taking up" : "Uploaded before";
            screen.WriteLine($"{before}: job {status.Id}");
        }

        if (!CsvJobTransitions.IsFinal(status.State))
        {
            status = await screen.TrackAsync($"Cleaning {file.Name}", progress => job.WaitAsync(progress, cancellationToken));
        }

        var stopped = stop();
        var results = await job.DownloadAsync([.. status.Outputs.Select(o => o.Name)], task.Folder, cancellationToken);
        await stopped;
        _ended.Add(JobReport.ToJson(file, status, results));
        return new JobReport(screen).Show(file, status, results) ? 0 : 1;
    }

    private async Task UploadAsync(FileJob job, IJobSource file, CancellationToken cancellationToken) =>
        await screen.TrackAsync($"Uploading {file.Name}", async progress =>
        {
            await job.UploadAsync(progress, cancellationToken);
            return true;
        });
}
