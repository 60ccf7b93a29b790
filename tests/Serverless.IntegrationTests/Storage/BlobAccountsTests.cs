using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.Files;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.Workflows.Values;

namespace Serverless.IntegrationTests.Storage;

/// <summary>Three accounts of files.</summary>
public sealed class BlobAccountsTests : IAsyncLifetime
{
    private const int Jobs = 24;

    private readonly AzuriteFixture[] _accounts = [new(), new(), new()];

    public Task InitializeAsync() => Task.WhenAll(_accounts.Select(account => account.InitializeAsync()));

    public Task DisposeAsync() => Task.WhenAll(_accounts.Select(account => account.DisposeAsync()));

    [Fact]
    public async Task Jobs_InThreeAccounts_LieEachInOneAndAreListedAndReadTogether()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < Jobs; i++) await host.UploadAsync($"spread/{i:D2}.csv", Encoding.ASCII.GetBytes($"id,word\n{i},first\n"));
        var started = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(i =>
            host.StartJobAsync(new JsonObject { ["blob"] = $"incoming/spread/{i:D2}.csv" })));
        var ended = await Task.WhenAll(started.Select(host.WaitAsync));

        Assert.All(ended, job => Assert.Equal(CsvJobState.Completed, job.State));
        var lists = Array.Empty<List<string>>();
        await Eventually.TrueAsync(async () =>
        {
            // Parts go after the job is told to be whole.
            lists = await Task.WhenAll(_accounts.Select(account => ListAsync(account, Containers.Processed)));
            return !lists.SelectMany(list => list).Any(name => name.Contains("/.parts/", StringComparison.Ordinal));
        });
        Assert.All(lists, list => Assert.NotEmpty(list));
        Assert.All(ended, job => Assert.Single(lists, list => list.Any(name => name.Contains(job.Id, StringComparison.Ordinal))));
        foreach (var account in _accounts.Skip(1))
            Assert.False(await account.Blobs.GetBlobContainerClient(Containers.Incoming).ExistsAsync());

        var expected = lists.SelectMany(list => list).Order(StringComparer.Ordinal).ToList();
        Assert.All(ended, job => Assert.True(job.Outputs.Count >= 4));
        Assert.Subset(expected.ToHashSet(), ended.SelectMany(job => job.Outputs).Select(o => o.Name["processed/".Length..]).ToHashSet());
        foreach (var size in (int[])[1000, 7]) Assert.Equal(expected, await ListOverHttpAsync(host, "spread/", size));
        Assert.Equal(
            expected.Where(name => name.Contains(started[3], StringComparison.Ordinal)),
            await ListOverHttpAsync(host, $"spread/03.csv/{started[3]}/", 2));
        foreach (var (i, job) in ended.Index())
        {
            var clean = job.Outputs.Single(o => o.Name.EndsWith("/clean.csv", StringComparison.Ordinal)).Name;
            Assert.Equal($"id,word\n{i},first\n", await host.Http.GetStringAsync($"files/{clean}"));
        }
    }

    [Fact]
    public async Task Pages_WhileFilesGoAndCome_ShowEachThatStayedOnce()
    {
        await using var host = await StartAsync();
        var containers = host.Services.GetRequiredService<Containers>();
        var names = Enumerable.Range(0, 40).Select(i => $"pages/{i:D2}.csv/csv-{i:x32}/clean.csv").ToList();
        foreach (var name in names) await PutAsync(containers, name);

        var first = await PageAsync(host, "pages/", 10, null);
        foreach (var gone in (int[])[3, 25])
        {
            using var removed = await host.Http.DeleteAsync(new Uri($"files/processed/{names[gone]}", UriKind.Relative));
            Assert.Equal(System.Net.HttpStatusCode.NoContent, removed.StatusCode);
        }

        await PutAsync(containers, names[5].Replace("05.csv", "05b.csv", StringComparison.Ordinal));
        List<string> rest = [];
        for (var next = first.Next; next is not null;)
        {
            var page = await PageAsync(host, "pages/", 10, next);
            rest.AddRange(page.Names);
            next = page.Next;
        }

        Assert.Equal(names.Take(10), first.Names);
        Assert.Equal(names.Skip(10).Where(name => name != names[25]), rest);
        using var nowhere = await host.Http.GetAsync(new Uri("files/processed?after=nowhere", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, nowhere.StatusCode);
    }

    [Fact]
    public async Task Leftovers_InAllAccounts_AreDeleted()
    {
        await using var host = await StartAsync();
        var containers = host.Services.GetRequiredService<Containers>();
        for (var i = 0; i < Jobs; i++) await PutAsync(containers, $"left/{i:D2}.csv/csv-{i:x32}/.parts/plan.json");
        Assert.All(await Task.WhenAll(_accounts.Select(a => ListAsync(a, Containers.Processed))), list => Assert.NotEmpty(list));

        var deleted = await host.Services.GetRequiredService<OrphanedPartCleaner>()
            .DeleteAsync(TimeProvider.System.GetUtcNow().AddHours(1), CancellationToken.None);

        Assert.Equal(Jobs, deleted);
        Assert.All(await Task.WhenAll(_accounts.Select(a => ListAsync(a, Containers.Processed))), Assert.Empty);
    }

    [Fact]
    public async Task Values_OfRuns_LieWithTheirRunAndGoWithIt()
    {
        var blobs = new RunBlobs(Open([.. _accounts]));
        var value = JsonSerializer.SerializeToElement(new string('x', 100_000));
        var runs = Enumerable.Range(0, Jobs).Select(i => $"run-{i}").ToList();
        var stored = new List<StoredValue>();
        foreach (var run in runs) stored.Add(await blobs.StoreAsync(run, "input", value, CancellationToken.None));

        Assert.All(await Task.WhenAll(_accounts.Select(a => ListAsync(a, Containers.Results))), list => Assert.NotEmpty(list));
        foreach (var one in stored) Assert.Equal(value.GetString(), (await blobs.LoadAsync(one, CancellationToken.None)).GetString());
        foreach (var run in runs) await blobs.DeleteAsync(run, CancellationToken.None);
        Assert.All(await Task.WhenAll(_accounts.Select(a => ListAsync(a, Containers.Results))), Assert.Empty);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0 1")]
    [InlineData("1 0 2")]
    public async Task Containers_WithOtherAccounts_AreRefused(string accounts)
    {
        var path = new BlobName(Containers.Processed, "orders.csv/csv-0123456789abcdef0123456789abcdef/clean.csv");
        await Open([.. _accounts]).GetAllAsync(Containers.Processed);
        await Open([.. _accounts]).GetAsync(path);

        var changed = Open([.. accounts.Split(' ').Select(number => _accounts[number[0] - '0'])]);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => changed.GetAllAsync(Containers.Processed));

        Assert.Contains("of 3, and the settings make it 1 of", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Containers_OfASingleAccountWithFiles_AreNotSpread()
    {
        await PutAsync(_accounts[0].Containers, "orders.csv/job/clean.csv");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Open([.. _accounts]).GetAllAsync(Containers.Processed));

        Assert.Contains("is data account 1 of 1, and the settings make it 1 of 3", refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty(await new Containers(_accounts[0].Blobs).GetAllAsync(Containers.Processed));
    }

    private Task<CsvHost> StartAsync() => CsvHost.StartAsync(
        _accounts[0],
        settings: new()
        {
            ["DataAccounts:2"] = _accounts[1].ConnectionString,
            ["DataAccounts:3"] = _accounts[2].ConnectionString,
        },
        functions: [typeof(FileFunctions)]);

    private static Containers Open(IReadOnlyList<AzuriteFixture> accounts) => new(new BlobAccounts([.. accounts.Select(a => a.Blobs)]));

    private static async Task PutAsync(Containers containers, string path) =>
        await (await containers.GetAsync(new BlobName(Containers.Processed, path))).GetBlobClient(path)
            .UploadAsync(BinaryData.FromString("x"), overwrite: true);

    private static async Task<List<string>> ListAsync(AzuriteFixture account, string container)
    {
        var names = new List<string>();
        await foreach (var blob in account.Blobs.GetBlobContainerClient(container).GetBlobsAsync(new GetBlobsOptions()))
            names.Add(blob.Name);
        return names;
    }

    private static async Task<List<string>> ListOverHttpAsync(CsvHost host, string prefix, int size)
    {
        var names = new List<string>();
        for (string? next = null; ;)
        {
            (var page, next) = await PageAsync(host, prefix, size, next);
            names.AddRange(page);
            if (next is null) return names;
        }
    }

    private static async Task<(IReadOnlyList<string> Names, string? Next)> PageAsync(CsvHost host, string prefix, int size, string? after)
    {
        var query = $"files/processed?prefix={Uri.EscapeDataString(prefix)}&size={size}"
            + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}");
        var page = (await host.Http.GetFromJsonAsync<JsonObject>(query))!;
        return ([.. page["files"]!.AsArray().Select(file => file!["path"]!.GetValue<string>())], page["next"]?.GetValue<string>());
    }
}
