using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Csv.Keys;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Mending;
using Serverless.CsvJobs.Run;
using Serverless.Http;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>Jobs and their mending by their activities, against real storage, without an engine.</summary>
internal sealed class MendPipeline(AzuriteFixture azurite, LoadConnections? connections = null)
{
    private readonly Jobs.CsvPipeline _jobs = new(azurite, connections: connections);

    private MendLoader Loads => new(
        _jobs.Connections, new LoadPreparer(_jobs.Connections), new RangeLoader(_jobs.Connections), _jobs.Committer);

    public async Task<(string Folder, Dictionary<string, byte[]> Outputs)> RunAsync(
        string text, string path, CsvJobOptions options, string schema)
    {
        var outputs = await _jobs.RunAsync(Encoding.UTF8.GetBytes(text), path, options, schema);
        return (_jobs.LastFolder, outputs);
    }

    public async Task<(string Folder, Dictionary<string, byte[]> Outputs)> RunAsync(JobForm form, string path)
    {
        var outputs = await form.RunAsync(_jobs, path);
        return (_jobs.LastFolder, outputs);
    }

    public async Task<(string Folder, Dictionary<string, byte[]> Outputs)> RunSetAsync(
        IReadOnlyDictionary<string, byte[]> files, string path, CsvJobOptions options, string schema)
    {
        var outputs = await _jobs.RunSetAsync(files, path, options, schema);
        return (_jobs.LastFolder, outputs);
    }

    /// <summary>The way in which keys become entries.</summary>
    public KeyHashing Hashing
    {
        get => _jobs.Hashing;
        set => _jobs.Hashing = value;
    }

    /// <summary>The settings of jobs and rounds.</summary>
    public CsvSettings Settings => _jobs.Settings;

    public Task<Dictionary<string, byte[]>> ReadAsync(string folder) => _jobs.ReadAsync(folder);

    /// <summary>Sends mended records and runs their round.</summary>
    public async Task<MendRound> MendAsync(string folder, string body)
    {
        var task = await BeginAsync(folder, body);
        await RunAsync(task, azurite.Containers);
        return (await _jobs.Store.FindAsync(JobFolder.IdOf(folder), CancellationToken.None))!.GetRounds()[^1];
    }

    public async Task<MendTask> BeginAsync(string folder, string body)
    {
        var blobs = await JobFolder.OpenAsync(azurite.Containers, folder, CancellationToken.None);
        var plan = (await OutputIndex.FindAsync(blobs, CancellationToken.None))!.Value.Index.Plan;
        var faults = new ValidationErrors();
        var schema = TableSchemaParser.Parse(plan.Schema).Schema ?? new TableSchema([]);
        var request = new MendRequestReader(new RawRecords(plan.Dialect), schema, faults).Read(Encoding.UTF8.GetBytes(body));
        Assert.Empty(faults.ToErrors());
        var round = new MendRound(Guid.NewGuid().ToString("N"), TimeProvider.System.GetUtcNow(), "tests");
        await request.SaveAsync(blobs, round.Id, CancellationToken.None);
        Assert.True(await _jobs.Store.BeginMendAsync(JobFolder.IdOf(folder), round, null, CancellationToken.None));
        return new MendTask(folder, round);
    }

    /// <summary>The round that a job is seen to be in; null for none.</summary>
    public async Task<string?> FindMendingAsync(string folder) =>
        (await _jobs.Store.FindAsync(JobFolder.IdOf(folder), CancellationToken.None))!.Mending;

    /// <summary>Runs a round, or what is left of it.</summary>
    public async Task RunAsync(MendTask task, Containers containers)
    {
        long refused;
        do
        {
            await StageAsync(task, containers);
            refused = await CommitAsync(task, containers);
        }
        while (refused > 0);
    }

    public Task StageAsync(MendTask task, Containers containers) =>
        new StageMend(
            containers, _jobs.Store, _jobs.MaskKeys, new GivenSchemas(containers), Loads, new LoadPreparer(_jobs.Connections),
            Hashing, TimeProvider.System).RunAsync(task, CancellationToken.None);

    public Task<long> CommitAsync(MendTask task, Containers containers) =>
        new CommitMend(containers, _jobs.Store, Loads, NullLogger<CommitMend>.Instance).RunAsync(task, CancellationToken.None);
}

/// <summary>A process that dies at a write to storage: before it arrives, or when it has.</summary>
internal sealed class DyingWriter(int write, bool arrives) : HttpPipelinePolicy
{
    private int _writes;

    /// <summary>It came to that write.</summary>
    public bool HasDied { get; private set; }

    public Containers Open(string connectionString)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return new Containers(new BlobServiceClient(connectionString, options));
    }

    public TableServiceClient OpenTables(string connectionString)
    {
        var options = new TableClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return new TableServiceClient(connectionString, options);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var isLast = message.Request.Method != RequestMethod.Get && message.Request.Method != RequestMethod.Head
            && Interlocked.Increment(ref _writes) >= write;
        HasDied |= isLast;
        if (isLast && !arrives) throw new InvalidOperationException("Killed.");
        await ProcessNextAsync(message, pipeline);
        if (isLast) throw new InvalidOperationException("Killed.");
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
}
