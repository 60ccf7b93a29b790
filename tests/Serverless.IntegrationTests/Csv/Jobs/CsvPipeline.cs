using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Csv.Keys;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Sets;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>A job's activities against real storage, without an engine: fast enough for hundreds of files.</summary>
internal sealed class CsvPipeline
{
    private readonly AzuriteFixture _azurite;
    private readonly Containers _containers;
    private readonly CsvPlans _plans = new();
    private readonly CsvSpeeds _speeds;
    private (DyingWriter Writer, Containers Containers, CsvJobStore Store)? _dead;

    public CsvPipeline(AzuriteFixture azurite, Containers? containers = null, LoadConnections? connections = null)
    {
        _azurite = azurite;
        Connections = connections ?? NoDatabase.Connections;
        _containers = containers ?? azurite.Containers;
        _speeds = new CsvSpeeds(new MeasuredSpeeds(new LazyTable(azurite.Tables, MeasuredSpeeds.TableName), TimeProvider.System));
        Store = new CsvJobStore(new LazyTable(azurite.Tables, CsvJobStore.TableName), TimeProvider.System);
    }

    public CsvSettings Settings { get; } = new() { MinChunkBytes = 1, RangesPerFold = 5 };

    /// <summary>The way in which keys become entries.</summary>
    public KeyHashing Hashing { get; set; } = KeyHashing.Default;

    public MaskKeys MaskKeys => new(Options.Create(Settings));

    public CsvJobStore Store { get; }

    public LoadConnections Connections { get; }

    public LoadCommitter Committer => new(Connections, NullLogger<LoadCommitter>.Instance);

    /// <summary>The store that the collection of references writes to first; it is done again when that has ended in any way.</summary>
    public Containers? Dying { get; set; }

    /// <summary>A store for each range, which it is read with first; it is read again when that has ended in any way.</summary>
    public Func<Containers>? DyingRanges { get; set; }

    /// <summary>A process that dies at a write of the job; the next one goes on with the activity that was at work then.</summary>
    public DyingWriter? Dead
    {
        set => _dead = value is null
            ? null
            : (value, value.Open(_azurite.ConnectionString), new CsvJobStore(
                new LazyTable(value.OpenTables(_azurite.ConnectionString), CsvJobStore.TableName), TimeProvider.System));
    }

    /// <summary>Called when it has died.</summary>
    public Func<Task> OnDeath { get; set; } = () => Task.CompletedTask;

    /// <summary>The folder of the job that ran last.</summary>
    public string LastFolder { get; private set; } = "";

    /// <summary>The contents of a job's folder, by name.</summary>
    public async Task<Dictionary<string, byte[]>> ReadAsync(string folder)
    {
        var outputs = await (await JobFolder.OpenAsync(_containers, folder, CancellationToken.None))
            .ListOutputsAsync(1_000, CancellationToken.None);
        return await DownloadAsync(folder, outputs);
    }

    /// <summary>Runs a file through all activities and returns what was written, by name.</summary>
    public async Task<Dictionary<string, byte[]>> RunAsync(byte[] file, string path, CsvJobOptions options, string? schema = null)
    {
        var incoming = await _containers.GetAsync(Containers.Incoming);
        await incoming.GetBlobClient(path).UploadAsync(BinaryData.FromBytes(file), overwrite: true);
        return await RunAsync(path, "", options, schema);
    }

    /// <summary>Runs several files as one job.</summary>
    public async Task<Dictionary<string, byte[]>> RunSetAsync(
        IReadOnlyDictionary<string, byte[]> files, string path, CsvJobOptions options, string? schema = null)
    {
        var incoming = await _containers.GetAsync(Containers.Incoming);
        foreach (var (name, content) in files)
            await incoming.GetBlobClient($"{path}/{name}").UploadAsync(BinaryData.FromBytes(content), overwrite: true);
        var pattern = BlobPattern.Of(path + "/");
        var listing = await FileListing.ReadAsync(incoming, pattern, CancellationToken.None);
        return await RunAsync(pattern.Folder, listing.ETag, options with { Files = pattern.Text }, schema);
    }

    private async Task<Dictionary<string, byte[]>> RunAsync(string path, string etag, CsvJobOptions options, string? schema)
    {
        var id = CsvJobId.Create(path, Guid.NewGuid().ToString(), options);
        var job = new CsvJobInput(path, etag, JobFolder.NameOf(path, id), options);
        LastFolder = job.Folder;
        if (schema is not null)
        {
            job = job with { Options = options with { SchemaHash = "given" } };
            var folder = await JobFolder.OpenAsync(_containers, job.Folder, CancellationToken.None);
            await folder.GivenSchema.UploadAsync(BinaryData.FromString(schema), overwrite: true);
        }

        await Store.AddAsync(new CsvJobEntity { RowKey = id, Path = path }, CancellationToken.None);

        var shape = await SurviveAsync((containers, store) => new InspectFile(
            containers, _plans, store, new GivenSchemas(containers), _speeds, new LoadPreparer(Connections), MaskKeys,
            Options.Create(Settings)).RunAsync(job, CancellationToken.None)) ?? throw new InvalidOperationException("There is no file.");
        var run = CsvJobOrchestrator.Begin(job) with { Shape = shape, StartedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) };
        if (shape.IsReadFirst) run = run with { Duplicates = await FindDuplicatesAsync(run, shape) };
        while (true)
        {
            run = shape.IsSequential
                ? await WholeAsync(run, shape, ProcessAsync, FoldAsync) : await RangesAsync(run, shape, ProcessAsync, FoldAsync);
            var task = new CommitTask(job, shape, run.Folds, run.StartedAt!.Value, run.Totals, run.Refused?.Rounds ?? 0);
            var result = await SurviveAsync((containers, store) => new CommitJob(
                containers, _plans, store, _speeds, Committer, TimeProvider.System, NullLogger<CommitJob>.Instance)
                .RunAsync(task, CancellationToken.None));
            if (result.Refused == 0) return await DownloadAsync(job.Folder, result.Outputs);
            run = run.ReadAgain(result.Refused);
        }
    }

    private async Task<long> FindDuplicatesAsync(CsvJobRun run, FileShape shape)
    {
        run = shape.IsSequential
            ? await WholeAsync(run, shape, CollectAsync, FoldKeysAsync) : await RangesAsync(run, shape, CollectAsync, FoldKeysAsync);
        foreach (var key in shape.References ?? [])
            run = await FoldKeysAsync(run, [KeyPass.CreateReferenceRange(key, await CollectAsync(run, shape, key))]);
        var found = await Task.WhenAll(KeyPass.ListChecks(run).Select(c => SurviveAsync(
            (containers, _) => new CheckKeys(containers, _plans, Options.Create(Settings)).RunAsync(c, CancellationToken.None))));
        var broken = shape.ScansColumns
            ? await SurviveAsync((containers, _) => new SettleColumns(containers, _plans).RunAsync(
                new ColumnsTask(run.Job.Folder, shape.ETag, run.Folds), CancellationToken.None)) : 0;
        return found.Sum() + broken == 0
            ? 0
            : await SurviveAsync((containers, _) => new MergeDuplicates(containers, NullLogger<MergeDuplicates>.Instance).RunAsync(
                    new DuplicatesTask(run.Job.Folder), CancellationToken.None));
    }

    private static async Task<CsvJobRun> RangesAsync(
        CsvJobRun run, FileShape shape, Func<RangeTask, Task<RangeOutcome>> process, Func<CsvJobRun, IReadOnlyList<FoldRange>,
            Task<CsvJobRun>> fold)
    {
        do
        {
            // Through JSON, as an engine would pass it.
            run = JsonSerializer.Deserialize<CsvJobRun>(JsonSerializer.Serialize(run))!;
            var ledger = new RangeLedger(run, shape);
            while (true)
            {
                var tasks = ledger.Start().ToList();
                if (tasks.Count == 0) break;
                foreach (var outcome in await Task.WhenAll(tasks.Select(process))) ledger.Complete(outcome);
            }

            run = run with { Chain = ledger.Chain, Open = ledger.Open, Totals = ledger.GetTotals() };
            if (run.Folds == 0 || ledger.ToFold().Count > 0) run = await fold(run, ledger.ToFold());
            if (ledger.IsComplete) return run;
        }
        while (true);
    }

    private static async Task<CsvJobRun> WholeAsync(
        CsvJobRun run, FileShape shape, Func<RangeTask, Task<RangeOutcome>> process, Func<CsvJobRun, IReadOnlyList<FoldRange>,
            Task<CsvJobRun>> fold)
    {
        var outcome = await process(
            new RangeTask(run.Job.Folder, shape.ETag, "00001", 0, long.MaxValue, shape.DataStart, run.Duplicates ?? 0));
        run = run with { Totals = new JobTotals(outcome.Rows, outcome.Accepted, outcome.Rejected, 1) };
        return await fold(run, [FoldRange.Of(outcome, 0, shape.HeaderLines)]);
    }

    private async Task<RangeOutcome> ProcessAsync(RangeTask task)
    {
        if (DyingRanges is { } dying) await Record.ExceptionAsync(() => ProcessAsync(dying(), task));
        return await SurviveAsync((containers, _) => ProcessAsync(containers, task));
    }

    private Task<RangeOutcome> ProcessAsync(Containers containers, RangeTask task) =>
        new RangeProcessor(containers, _plans, new RangeLoader(Connections), MaskKeys).RunAsync(task, CancellationToken.None);

    private Task<RangeOutcome> CollectAsync(RangeTask task) => SurviveAsync((containers, _) =>
        new KeyCollector(containers, _plans, MaskKeys, Hashing, Options.Create(Settings)).RunAsync(task, CancellationToken.None));

    private async Task<int> CollectAsync(CsvJobRun run, FileShape shape, int key)
    {
        var task = new ReferenceTask(run.Job.Folder, shape.ETag, key);
        if (Dying is { } dying) await Record.ExceptionAsync(() => CollectAsync(dying, task));
        return await SurviveAsync((containers, _) => CollectAsync(containers, task));
    }

    private Task<int> CollectAsync(Containers containers, ReferenceTask task) =>
        new CollectReference(
            containers, _plans, new GivenSchemas(containers), new LoadPreparer(Connections), Hashing, Options.Create(Settings))
            .RunAsync(task, CancellationToken.None);

    private async Task<CsvJobRun> FoldKeysAsync(CsvJobRun run, IReadOnlyList<FoldRange> ranges)
    {
        var task = new FoldTask(run.Job.Folder, run.Shape!.ETag, run.Folds + 1, ranges);
        await SurviveAsync(async (containers, _) =>
        {
            await new FoldKeys(containers, _plans).RunAsync(task, CancellationToken.None);
            return task;
        });
        return run with { Folds = run.Folds + 1 };
    }

    private async Task<CsvJobRun> FoldAsync(CsvJobRun run, IReadOnlyList<FoldRange> ranges)
    {
        var task = new FoldTask(run.Job.Folder, run.Shape!.ETag, run.Folds + 1, ranges);
        await SurviveAsync(async (containers, _) =>
        {
            await new FoldRanges(containers, _plans).RunAsync(task, CancellationToken.None);
            return task;
        });
        return run with { Folds = run.Folds + 1 };
    }

    private async Task<T> SurviveAsync<T>(Func<Containers, CsvJobStore, Task<T>> activity)
    {
        if (_dead is not { Writer: { HasDied: false } writer } dead) return await activity(_containers, Store);
        try
        {
            return await activity(dead.Containers, dead.Store);
        }
        catch (Exception) when (writer.HasDied)
        {
            await OnDeath();
            return await activity(_containers, Store);
        }
    }

    private async Task<Dictionary<string, byte[]>> DownloadAsync(string folder, IReadOnlyList<string> outputs)
    {
        var processed = (await _containers.GetAllAsync(Containers.Processed))[0];
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var output in outputs)
        {
            var name = output[(Containers.Processed.Length + 1)..];
            var content = await processed.GetBlobClient(name).DownloadContentAsync();
            files[name[(folder.Length + 1)..]] = content.Value.Content.ToArray();
        }

        return files;
    }
}
